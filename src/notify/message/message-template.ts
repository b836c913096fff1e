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

/** What a template may ask for. `group` and `event` hold fields of their own: `{{ group.source.ip }}`. */
const known = [
  'attack',
  'body',
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
  'rule',
  'runbook',
  'severity',
  'status',
  'summary',
  'tags',
  'title',
  'version',
] as const;

type Values = Readonly<Record<Exclude<(typeof known)[number], 'body'>, unknown>>;

/** Parses one of a receiver's templates, with what is wrong in it: filters there are not, names that nothing has. */
export function parseMessageTemplate(text: string): { template: Template; faults: readonly string[] } {
  const template = parseTemplate(text, { valueMax });
  const names = template.names.flatMap((name) => nameFault(name));
  return { template, faults: [...template.faults, ...names] };
}

function nameFault(name: string): string[] {
  const [head = ''] = name.split('.');
  const isKnown = head !== 'body' && known.some((one) => one === head);
  const hasField = (head !== 'group' && head !== 'event') || name.length > head.length + 1;
  if (isKnown && hasField) return [];
  if (isKnown) return [`{{ ${name} }} needs a field, such as {{ ${name}.source.ip }}`];
  const meant = didYouMean(head, known);
  const hint =
    meant === undefined || meant === 'body' ? `there are ${known.join(', ')}` : `did you mean ${meant}?`;
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
