import type { Incident } from '../shared/model/incident.ts';
import type { IncidentChangeKind } from '../shared/model/incident-change.ts';
import { paintSeverity, printable, type Terminal } from './terminal.ts';

/** One version of an incident in a line: when, how severe, what became of it, and why. */
export function incidentLine(
  terminal: Terminal,
  incident: Incident,
  kind: IncidentChangeKind | Incident['status'],
): string {
  const { colours } = terminal;
  return [
    colours.dim(incident['@timestamp'].slice(11, 19)),
    paintSeverity(terminal, incident.severity),
    kind.padEnd(8),
    colours.bold(printable(incident.title, 120)),
    colours.dim(`${printable(incident.summary, 160)}  ${incident.id.slice(0, 12)}`),
  ].join('  ');
}
