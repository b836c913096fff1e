import { countOf, countText } from '../../shared/count-text.ts';
import type { Digest, Notification, NotifyReason } from '../../shared/model/notification.ts';
import type { Severity } from '../../shared/model/severity.ts';
import { evidenceLine } from './evidence-line.ts';
import { type Fact, isStanding, kickerOf, markOf, severityMarks, whoFacts } from './incident-facts.ts';
import type { MessageOptions } from './message-content.ts';
import { argument } from './next-steps.ts';
import { clockText, periodText } from './time-text.ts';
import { webLink } from './web-link.ts';

/** One incident of those a digest names. */
export interface DigestLine {
  readonly mark: string;
  readonly kicker: string;
  readonly severity: Severity;
  readonly title: string;
  /** Who and where in one line; may be empty. */
  readonly who: string;
  /** `12 events since 10:00 UTC`. */
  readonly often: string;
  readonly id: string;
  readonly evidence: string | null;
  /** Where it can be looked at; null where there is no console. */
  readonly url: string | null;
}

/** What a digest says, by every channel the same: raw, not yet cut to the channel's size or escaped for it. */
export interface DigestContent {
  readonly digest: Digest;
  readonly mark: string;
  /** `12 critical, 301 high`. */
  readonly kicker: string;
  readonly severity: Severity;
  readonly headline: string;
  /** Why so many stand in one message, and why this message comes. */
  readonly summary: string;
  readonly facts: readonly Fact[];
  /** How many by rule, the most first. */
  readonly rules: readonly Fact[];
  readonly lines: readonly DigestLine[];
  readonly next: readonly string[];
  readonly footer: readonly Fact[];
}

const whoMax = 3;

/** Takes from a digest what it says. Pure. A receiver's own words are for single incidents: a digest has tocsin's. */
export function digestContent(digest: Digest, options: MessageOptions = {}): DigestContent {
  const severity = digest.severities[0]?.severity ?? 'informational';
  return {
    digest,
    mark: isOver(digest) ? '✅' : severityMarks[severity],
    kicker: severityText(digest, 2),
    severity,
    headline: digestHeadline(digest),
    summary: summaryOf(digest),
    facts: factsOf(digest),
    rules: rulesOf(digest),
    lines: digest.items.map((item) => lineOf(item, options)),
    next: nextOf(digest),
    footer: [{ label: 'Digest', value: digest.id }],
  };
}

/** `9,834 more new incidents since 14:02 UTC`, without the mark. Group values are raw. */
export function digestHeadline(digest: Digest): string {
  const { cause, firstSeen, lastSeen, group } = digest;
  const what = whatOf(digest);
  if (cause === 'past') return `${what} of the past, ${periodText(firstSeen, lastSeen)}`;
  if (cause === 'behind') return `${what.replace(/^\S+/, '$& more')} since ${clockText(firstSeen, lastSeen)}`;
  const common = Object.entries(group).map(([name, value]) => `${name} ${value}`);
  return common.length === 0 ? what : `${what}: ${common.join(', ')}`;
}

/** What stands above the incidents that a digest names. */
export const namedHeading = ({ digest, lines }: DigestContent): string =>
  lines.length < digest.total ? 'The most severe' : 'Incidents';

const isOver = ({ reasons }: Digest): boolean => reasons.every(({ reason }) => !isStanding(reason));

const reasonAdjectives: Readonly<Record<NotifyReason, string>> = {
  opened: 'new',
  reopened: 'reopened',
  resolved: 'resolved',
  revised: 'withdrawn',
  merged: 'merged',
  acknowledged: 'acknowledged',
  raised: 'more severe',
  repeated: 'still open',
  escalated: 'escalated',
};

/** `9,834 new incidents`, `9,700 new incidents and 134 other changes`. */
function whatOf({ total, reasons }: Digest): string {
  const [first] = reasons;
  if (first !== undefined && reasons.length === 1)
    return countOf(total, `${reasonAdjectives[first.reason]} incident`);
  const opened = reasons.find(({ reason }) => reason === 'opened')?.count ?? 0;
  if (opened === 0) return countOf(total, 'change').replace(/$/, ' of incidents');
  return `${countOf(opened, 'new incident')} and ${countOf(total - opened, 'other change')}`;
}

/** `12 critical, 301 high, 9,521 lower`; all of them without `most`. */
function severityText({ severities, total }: Digest, most = severities.length): string {
  const shown = severities.slice(0, most);
  const rest = total - shown.reduce((sum, { count }) => sum + count, 0);
  const words = shown.map(({ severity, count }) => `${countText(count)} ${severity}`);
  return [...words, ...(rest > 0 ? [`${countText(rest)} lower`] : [])].join(', ');
}

const causeSentences: Readonly<Record<Digest['cause'], string>> = {
  grouped: 'A route tells of them together.',
  behind: 'They came faster than one message each could be read, so this one stands for all of them.',
  past: 'They happened a while ago and could be told only now, so this one message stands for all of them.',
};

function summaryOf(digest: Digest): string {
  const { cause, undelivered, items, total } = digest;
  const named =
    items.length < total
      ? `The ${items.length} most severe are named below; the counts are of all.`
      : 'All of them are named below.';
  const elsewhere =
    undelivered === undefined
      ? ''
      : ` Sent here because ${undelivered.receiver} could not be told (${undelivered.detail}).`;
  return `${causeSentences[cause]} ${named}${elsewhere}`;
}

function factsOf(digest: Digest): readonly Fact[] {
  const { group, firstSeen, lastSeen, reasons } = digest;
  const what = reasons.map(({ reason, count }) => `${countText(count)} ${reasonAdjectives[reason]}`);
  return [
    ...Object.entries(group).map(([label, value]) => ({ label, value })),
    { label: 'Seen', value: periodText(firstSeen, lastSeen) },
    { label: 'Severity', value: severityText(digest) },
    { label: 'What', value: what.join(', ') },
  ];
}

/** A rule's title names fields, whose values differ from one incident to the next. */
function rulesOf({ rules, others }: Digest): readonly Fact[] {
  const known = rules.map(({ id, title, count }) => ({
    label: countText(count),
    value: `${title.replaceAll(/\{\{.*?\}\}/g, '…')} (${id})`,
  }));
  return others > 0 ? [...known, { label: countText(others), value: 'of other rules' }] : known;
}

function lineOf(notification: Notification, { ruleOf, linkOf }: MessageOptions): DigestLine {
  const { incident } = notification;
  const [first] = incident.evidence;
  const who = whoFacts(incident);
  const shown = who.slice(0, whoMax).map(({ label, value }) => `${label} ${value}`);
  return {
    mark: markOf(notification),
    kicker: kickerOf(notification),
    severity: incident.severity,
    title: incident.title,
    who: [...shown, ...(who.length > whoMax ? [`+${who.length - whoMax} more`] : [])].join(', '),
    often: `${countOf(incident.events, 'event')} since ${clockText(incident.firstSeen, incident.lastSeen)}`,
    id: incident.id,
    evidence:
      first === undefined
        ? null
        : evidenceLine(first, { wanted: ruleOf?.(incident.rule.id)?.fields, group: incident.group }),
    url: linkOf === undefined ? null : webLink(linkOf(incident.id), 500),
  };
}

const nextOf = ({ items }: Digest): readonly string[] => [
  'tocsin incidents list',
  ...items.slice(0, 1).map(({ incident }) => `tocsin incidents show ${argument(incident.id)}`),
];
