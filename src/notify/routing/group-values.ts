import type { Incident } from '../../shared/model/incident.ts';
import { groupText, type SourceOfTopic, sourcesOf } from './incident-match.ts';

/**
 * The values by which incidents are told together: `rule`, `severity`, `source`, `tags`, or a field of the incident's
 * group. A field that it lacks has the empty text, as in Alertmanager.
 */
export function groupValues(
  incident: Incident,
  groupBy: readonly string[],
  sourceOf: SourceOfTopic,
): Readonly<Record<string, string>> {
  return Object.fromEntries(groupBy.map((name) => [name, groupValue(incident, name, sourceOf)]));
}

function groupValue(incident: Incident, name: string, sourceOf: SourceOfTopic): string {
  if (name === 'rule') return incident.rule.id;
  if (name === 'severity') return incident.severity;
  if (name === 'source') return sourcesOf(incident, sourceOf).toSorted().join(', ');
  if (name === 'tags') return incident.tags.toSorted().join(', ');
  return groupText(incident, name) ?? '';
}
