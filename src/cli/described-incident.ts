import { InvalidArgumentError } from 'commander';
import { didYouMean } from '../shared/did-you-mean.ts';
import type { Incident } from '../shared/model/incident.ts';
import { type Severity, severities } from '../shared/model/severity.ts';

/** What a person says about an incident that there is not: `--set severity=high`. */
export interface Description {
  readonly severity?: Severity;
  readonly rule?: string;
  readonly tags?: readonly string[];
  readonly source?: string;
  readonly group?: Readonly<Record<string, string>>;
}

const members = ['severity', 'rule', 'tags', 'source'] as const;

/** Collects `--set FIELD=VALUE`; what is said twice counts as said last. commander tells the user what is wrong. */
export function describeOption(text: string, before: Description = {}): Description {
  const [, field = '', value = ''] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (field === '') throw new InvalidArgumentError('write FIELD=VALUE, such as severity=high');
  if (field.startsWith('group.')) {
    const entry = Object.fromEntries([[field.slice('group.'.length), value]]);
    return { ...before, group: { ...before.group, ...entry } };
  }
  switch (members.find((one) => one === field)) {
    case 'severity':
      return { ...before, severity: severityOf(value) };
    case 'tags':
      return { ...before, tags: value.split(',').filter((tag) => tag !== '') };
    case 'rule':
      return { ...before, rule: value };
    case 'source':
      return { ...before, source: value };
    case undefined:
      throw new InvalidArgumentError(unknownField(field));
  }
}

function severityOf(text: string): Severity {
  const severity = severities.find((one) => one === text);
  if (severity !== undefined) return severity;
  const meant = didYouMean(text, severities);
  throw new InvalidArgumentError(
    meant === undefined ? `a severity is one of ${severities.join(', ')}` : `did you mean ${meant}?`,
  );
}

function unknownField(field: string): string {
  const meant = (field.includes('.') ? undefined : didYouMean(field, members)) ?? `group.${field}`;
  return `nothing is called "${field}": did you mean ${meant}? There are ${members.join(', ')} and group.FIELD`;
}

/** The source that stands in for the topic of its evidence. */
export const describedSource = (topic: string): string => topic;

/** An incident as it is described; what is not said is as it mostly is. */
export function describedIncident({ severity, rule, tags, source, group }: Description): Incident {
  const time = '1970-01-01T00:00:00.000Z';
  const position = source === undefined ? null : { topic: source, partition: 0, offset: 0, index: 0 };
  return {
    id: 'described',
    version: 1,
    status: 'open',
    reason: 'fired',
    rule: { id: rule ?? '', title: '', hash: '' },
    severity: severity ?? 'medium',
    severitySetBy: null,
    assignee: null,
    flaps: 0,
    title: '',
    summary: '',
    tags: tags ?? [],
    group: group ?? {},
    firstSeen: time,
    lastSeen: time,
    events: 1,
    firings: 1,
    peak: 1,
    evidence: [{ time, position, event: null }],
    history: [],
    remediation: [],
    runbook: '',
    references: [],
    shadow: false,
    mergedInto: null,
    '@timestamp': time,
  };
}
