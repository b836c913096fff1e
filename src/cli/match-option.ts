import { InvalidArgumentError } from 'commander';
import { didYouMean } from '../shared/did-you-mean.ts';
import type { IncidentMatch } from '../shared/model/incident-match.ts';
import { type Severity, severities } from '../shared/model/severity.ts';

const members = ['severity', 'minSeverity', 'rule', 'tags', 'source'] as const;

/**
 * Collects `--match FIELD=VALUE` into what an incident must be. The same field given again is one of several values;
 * different fields must all hold. commander tells the user what is wrong with one.
 */
export function matchOption(text: string, before: IncidentMatch = {}): IncidentMatch {
  const [, field = '', value = ''] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (value === '')
    throw new InvalidArgumentError('write FIELD=VALUE, such as rule=ssh-* or group.source.ip=203.0.113.7');
  if (field.startsWith('group.')) return withGroup(before, field.slice('group.'.length), value);
  const member = members.find((one) => one === field);
  if (member === undefined) throw new InvalidArgumentError(unknown(field));
  if (member === 'severity') return { ...before, severity: [...listOf(before.severity), severityOf(value)] };
  if (member === 'minSeverity') return { ...before, minSeverity: severityOf(value) };
  return { ...before, [member]: [...listOf(before[member]), value] };
}

function withGroup(before: IncidentMatch, field: string, value: string): IncidentMatch {
  const known = new Map(Object.entries(before.group ?? {}));
  known.set(field, [...listOf(known.get(field)), value]);
  return { ...before, group: Object.fromEntries(known) };
}

const listOf = <T extends string>(value: T | readonly T[] | undefined): readonly T[] =>
  value === undefined ? [] : typeof value === 'string' ? [value] : value;

function severityOf(text: string): Severity {
  const severity = severities.find((one) => one === text);
  if (severity !== undefined) return severity;
  throw new InvalidArgumentError(`"${text}" is no severity: ${severities.join(', ')}`);
}

function unknown(field: string): string {
  const meant = (field.includes('.') ? undefined : didYouMean(field, members)) ?? `group.${field}`;
  return `nothing is called "${field}": did you mean ${meant}? There are ${members.join(', ')} and group.FIELD`;
}

/** What `matchOption` was given, as text: `rule=ssh-* group.source.ip=203.0.113.7|203.0.113.8`. */
export function matchText({ group, ...match }: IncidentMatch): string {
  const fields = [
    ...Object.entries(match),
    ...Object.entries(group ?? {}).map(([field, value]) => [`group.${field}`, value] as const),
  ];
  return fields.map(([field, value]) => `${field}=${listOf(value).join('|')}`).join(' ');
}
