import { didYouMean } from '../../shared/did-you-mean.ts';
import { parseTemplate, type Template } from '../../shared/template.ts';
import type { MessageContent } from './message-content.ts';

/** A receiver's own words, as templates. What is not given stays as tocsin says it. */
export interface MessageTemplate {
  /** The headline: a header in Slack, the subject of a mail. */
  readonly title?: Template;
  /** The paragraph below it: why it fired. */
  readonly summary?: Template;
  /** Everything between the headline and the line that names the incident. */
  readonly body?: Template;
}

/** Characters of one value: a receiver's own text is bounded as a whole by its renderer. */
const valueMax = 1_000;

/** What a template may ask for; `group` and `event` are followed by a field, lists may be by a number: `{{ tags.0 }}`. */
const known = [
  'attack',
  'event',
  'events',
  'evidence',
  'firings',
  'firstSeen',
  'group',
  'id',
  'kicker',
  'lastSeen',
  'mark',
  'next',
  'peak',
  'reason',
  'references',
  'rule.hash',
  'rule.id',
  'rule.title',
  'runbook',
  'severity',
  'status',
  'summary',
  'tags',
  'title',
  'version',
] as const;

/** What `known` promises, a name before its point. */
type Values = Readonly<Record<Head<(typeof known)[number]>, unknown>>;
type Head<Name extends string> = Name extends `${infer Before}.${string}` ? Before : Name;

/** Parses one of a receiver's templates, with what is wrong in it: filters there are not, names that nothing has. */
export function parseMessageTemplate(text: string): { template: Template; faults: readonly string[] } {
  const template = parseTemplate(text, { valueMax });
  const names = template.names.flatMap((name) => nameFault(name));
  const open = text.replaceAll(/\{\{[^{}]*\}\}/g, '').includes('{{') ? ['a {{ is not closed by }}'] : [];
  return { template, faults: [...template.faults, ...names, ...open] };
}

function nameFault(name: string): string[] {
  if (/^(?:group|event)\..|^(?:attack|evidence|next|references|tags)\.\d+$/.test(name)) return [];
  if (/^(?:group|event)\.?$/.test(name))
    return [`{{ ${name} }} needs a field, such as {{ ${name.slice(0, 5)}.source.ip }}`];
  if (known.some((one) => one === name)) return [];
  const meant = didYouMean(name, known);
  const hint = meant === undefined ? `there are ${known.join(', ')}` : `did you mean ${meant}?`;
  return [`nothing is named ${name} (${hint})`];
}

/** The values of one message by their names. Raw text, which `render` cleans. */
export function templateValues({ notification, ...content }: MessageContent): Values {
  const { incident, reason } = notification;
  const { id, version, severity, status, tags, group, references } = incident;
  const { firstSeen, lastSeen, events, firings, peak } = incident;
  return {
    ...{
      id,
      version,
      severity,
      status,
      reason,
      tags,
      group,
      references,
      firstSeen,
      lastSeen,
      events,
      firings,
      peak,
    },
    mark: content.mark,
    kicker: content.kicker,
    title: content.title,
    summary: content.summary,
    rule: incident.rule,
    event: incident.evidence[0]?.event ?? null,
    evidence: content.evidence,
    attack: content.attack.map(({ label }) => label),
    next: content.next,
    runbook: incident.runbook,
  };
}
