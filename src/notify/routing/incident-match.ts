import type { Incident } from '../../shared/model/incident.ts';
import type { IncidentMatch, OneOrMany } from '../../shared/model/incident-match.ts';
import { severityRank } from '../../shared/model/severity.ts';

/** Name of the source that reads a topic, where there is one. */
export type SourceOfTopic = (topic: string) => string | undefined;

/** Whether an incident is what `match` asks for; an empty one asks for nothing and takes all. */
export function matchesIncident(incident: Incident, match: IncidentMatch, sourceOf: SourceOfTopic): boolean {
  const { severity, minSeverity, rule, tags, source, group } = match;
  if (severity !== undefined && !many(severity).includes(incident.severity)) return false;
  if (minSeverity !== undefined && severityRank(incident.severity) < severityRank(minSeverity)) return false;
  if (rule !== undefined && !isOneOf(incident.rule.id, rule)) return false;
  if (tags !== undefined && !incident.tags.some((tag) => isOneOf(tag, tags))) return false;
  if (source !== undefined && !sourcesOf(incident, sourceOf).some((name) => isOneOf(name, source)))
    return false;
  return Object.entries(group ?? {}).every(([field, wanted]) => {
    const value = groupText(incident, field);
    return value !== undefined && isOneOf(value, wanted);
  });
}

/** A value of the incident's group as text; undefined where it is not grouped by that field. */
export function groupText({ group }: Incident, field: string): string | undefined {
  if (!Object.hasOwn(group, field)) return undefined;
  const value = group[field];
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? 'null');
}

/** Names of the sources of its evidence, each once, in the order of the evidence. */
export function sourcesOf({ evidence }: Incident, sourceOf: SourceOfTopic): readonly string[] {
  const names = evidence.map(({ position }) => (position === null ? undefined : sourceOf(position.topic)));
  return [...new Set(names.filter((name) => name !== undefined))];
}

const many = <T extends string>(value: OneOrMany<T>): readonly T[] =>
  typeof value === 'string' ? [value] : value;

const isOneOf = (value: string, wanted: OneOrMany<string>): boolean =>
  many(wanted).some((pattern) => isLike(value, pattern));

/** Each part between stars is looked for behind the one before: linear in the value but for the number of parts. */
function isLike(value: string, pattern: string): boolean {
  if (!pattern.includes('*')) return value === pattern;
  const parts = pattern.split('*');
  const head = parts[0] ?? '';
  const tail = parts.at(-1) ?? '';
  if (value.length < head.length + tail.length || !value.startsWith(head) || !value.endsWith(tail))
    return false;
  let from = head.length;
  for (const part of parts.slice(1, -1)) {
    const at = value.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return from <= value.length - tail.length;
}
