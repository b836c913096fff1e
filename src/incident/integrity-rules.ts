import { formatDuration } from '../shared/duration.ts';
import type { Rule } from '../shared/model/rule.ts';
import type { Severity } from '../shared/model/severity.ts';
import type { TellingBound } from '../shared/model/telling-bound.ts';

/** What tocsin can say against itself. A closed set. */
export type IntegrityKind =
  | 'keys-full'
  | 'tail-full'
  | 'values-full'
  | 'waiting-full'
  | 'open-incidents'
  | 'records-lost'
  | 'late-events'
  | 'source-silent'
  | 'telling-full'
  | 'undelivered'
  | 'receiver-down';

/** Ids that begin so belong to tocsin: no rule file may use them. */
export const reservedRuleIds = 'tocsin.';

interface KindWords {
  readonly groupBy: readonly string[];
  readonly severity: Severity;
  readonly title: string;
  /** What has happened, and what to do, without how often; `peak` is the highest value of the firings. */
  readonly summary: (group: Readonly<Record<string, unknown>>, peak: number) => string;
  readonly runbook: string;
}

const kinds: Readonly<Record<IntegrityKind, KindWords>> = {
  'keys-full': {
    groupBy: ['rule'],
    severity: 'medium',
    title: 'Rule {{ rule }} has too many groups: some were forgotten',
    summary: ({ rule }) =>
      `Rule ${rule} had more groups at a time than may be kept; those that were longest without a match were forgotten`,
    runbook:
      'Narrow the rule’s conditions, group by something that has fewer values, or shorten its timespan.',
  },
  'tail-full': {
    groupBy: ['rule'],
    severity: 'medium',
    title: 'Rule {{ rule }} holds too many matches that are not settled: some settled early',
    summary: ({ rule }) =>
      `All tails together were full; matches of rule ${rule} settled before the watermark, and what comes for their time is late`,
    runbook: 'Shorten the lateness of the sources, or narrow the rule’s conditions.',
  },
  'values-full': {
    groupBy: ['rule'],
    severity: 'medium',
    title: 'Rule {{ rule }} knows too many values of a group: some were forgotten',
    summary: ({ rule }) =>
      `A group of rule ${rule} had more values than may be kept; those that were not seen for longest were forgotten, and are new again`,
    runbook: 'Narrow the rule’s conditions, group by one field more, or shorten its history.',
  },
  'waiting-full': {
    groupBy: ['rule'],
    severity: 'medium',
    title: 'Rule {{ rule }} waits for too much at a time: some is judged together',
    summary: ({ rule }) =>
      `More began in a group of rule ${rule} than may wait to see what does not follow; some is judged together with what began next`,
    runbook:
      'Narrow the conditions of the rules that it names, group by one field more, or shorten its timespan.',
  },
  'open-incidents': {
    groupBy: ['rule'],
    severity: 'medium',
    title: 'Rule {{ rule }} has too many open incidents: some were resolved early',
    summary: ({ rule }) =>
      `More incidents were open than may be kept; some of rule ${rule} were resolved before they were quiet`,
    runbook: 'Shorten the rule’s dedup, narrow its conditions, or group by something that has fewer values.',
  },
  'records-lost': {
    groupBy: ['topic', 'partition'],
    severity: 'high',
    title: 'Records of {{ topic }} were lost before they were read',
    summary: ({ topic, partition }) =>
      `Records of topic ${topic}, partition ${partition}, left the log before they were read: no rule has seen them`,
    runbook: 'Keep records for longer (retention.ms of the topic), and find out why reading fell behind.',
  },
  'late-events': {
    groupBy: ['rule', 'source'],
    severity: 'medium',
    title: 'Late events of {{ source }} are not counted by rule {{ rule }}',
    summary: ({ rule, source }, peak) =>
      `Events of source ${source} come later than its lateness allows, and rule ${rule} does not count them; "lateness": "${formatDuration(peak)}" for the source would have held them`,
    runbook:
      'Set the "lateness" of the source to what the summary says, or find out what holds its events up.',
  },
  'source-silent': {
    groupBy: ['source'],
    severity: 'high',
    title: 'Source {{ source }} is silent',
    summary: ({ source }, peak) =>
      `Nothing has come from source ${source} for ${formatDuration(peak)}: rules that read it see nothing`,
    runbook:
      'Find out whether its shipper runs and reaches the topic; if such silence is usual, raise the source’s "silentAfter".',
  },
  'telling-full': {
    groupBy: ['bound'],
    severity: 'medium',
    title: 'Too much is remembered for telling people ({{ bound }})',
    summary: ({ bound }) =>
      tellingWords[String(bound) as TellingBound] ?? `A bound of telling was met: ${bound}`,
    runbook:
      'waiting: shorten groupWait and groupInterval, or take groupBy away. held: let fewer routes be muted, or for a shorter time. groups: group by something that has fewer values, or shorten groupInterval. inhibitors: let a narrower match inhibit. Where one rule brings nearly all of it, narrow the rule.',
  },
  undelivered: {
    groupBy: ['lane'],
    severity: 'high',
    title: 'What is for {{ lane }} could not be delivered',
    summary: ({ lane }) =>
      `What is for ${lane} was given up, for it was refused for good or failed for a day; it is kept`,
    runbook:
      'tocsin outbox list says what was given up, and why. Mend the address, the key or the receiver, then send it again: tocsin outbox retry --lane LANE. With a fallback for the receiver somebody else is told at once.',
  },
  'receiver-down': {
    groupBy: ['lane'],
    severity: 'high',
    title: 'Nothing gets to {{ lane }}',
    summary: ({ lane }, peak) =>
      `${lane} has taken no message for ${formatDuration(peak)}: what is for it waits, and is tried again`,
    runbook:
      'Find out whether the receiver runs and can be reached from here. With a fallback for it somebody else is told meanwhile.',
  },
};

/** What a bound of telling means for those who are told. */
const tellingWords: Readonly<Record<TellingBound, string>> = {
  waiting:
    'More incidents waited for the time of their groups than may; the groups that waited longest were told early',
  held: 'More incidents that are over were held back by the calendar than may be; the oldest left without being told',
  groups:
    'More groups of which no incident stands were remembered than may be; of those that were forgotten the next incident is told at once',
  inhibitors:
    'More incidents that inhibit others stood than may be remembered; what those that stood longest inhibited is told',
};

/** The incident of an hour's trouble is one, not one a minute. */
const dedupMs = 15 * 60_000;

/** A rule of tocsin's own for each kind. Nothing matches it; its firings are made by `Integrity`. */
export const integrityRules: readonly Rule[] = Object.entries(kinds).map(
  ([kind, { groupBy, severity, title, runbook }]): Rule => ({
    id: `${reservedRuleIds}${kind}`,
    title,
    description: '',
    severity,
    status: 'production',
    tags: ['tocsin.integrity'],
    references: [],
    runbook,
    falsePositives: [],
    conditions: {},
    exceptions: [],
    groupBy,
    missingGroup: 'null',
    dedupMs,
    notify: [],
    remediation: [],
    alert: true,
    hash: `${kind}-1`,
    origin: { file: 'tocsin', path: kind },
  }),
);

const byId = new Map(integrityRules.map((rule) => [rule.id, rule]));

export const isIntegrityRule = (ruleId: string): boolean => byId.has(ruleId);

export function integrityRule(kind: IntegrityKind): Rule {
  const rule = byId.get(`${reservedRuleIds}${kind}`);
  if (rule === undefined) throw new Error(`invariant broken (a bug in tocsin): no integrity rule ${kind}`);
  return rule;
}

/** Why an integrity incident stands, in words; undefined for an incident of any other rule. */
export function integritySummary(
  ruleId: string,
  group: Readonly<Record<string, unknown>>,
  { events, peak }: { readonly events: number; readonly peak: number },
): string | undefined {
  if (!isIntegrityRule(ruleId)) return undefined;
  const kind = ruleId.slice(reservedRuleIds.length) as IntegrityKind;
  const words = kinds[kind].summary(group, peak);
  return kind === 'source-silent' || kind === 'receiver-down' ? words : `${words} (${events} so far)`;
}
