import type { Incident } from '../shared/model/incident.ts';
import { columns, paintSeverity, printable, type Terminal } from './terminal.ts';

/** A table of incidents, one line each, for a person. */
export function incidentTable(terminal: Terminal, incidents: readonly Incident[]): string[] {
  const { colours } = terminal;
  const head = ['LAST SEEN', 'SEVERITY', 'STATUS', 'EVENTS', 'ID', 'TITLE'].map((name) => colours.dim(name));
  const rows = incidents.map((incident) => [
    incident.lastSeen.slice(0, 19).replace('T', ' '),
    paintSeverity(terminal, incident.severity).trimEnd(),
    incident.shadow ? `${incident.status} (shadow)` : incident.status,
    String(incident.events),
    incident.id.slice(0, 12),
    printable(incident.title, 120),
  ]);
  return columns([head, ...rows]);
}

/** One incident whole, for a person. */
export function incidentPage(terminal: Terminal, incident: Incident): string[] {
  const { colours } = terminal;
  const fields: [string, string][] = [
    ['id', incident.id],
    ['status', `${incident.status} (${incident.reason}), version ${incident.version}`],
    ['rule', `${printable(incident.rule.id)} (${incident.rule.hash})`],
    ['why', printable(incident.summary)],
    ['group', groupText(incident)],
    ['seen', `${incident.firstSeen} to ${incident.lastSeen}`],
    ['counted', `${incident.events} events, ${incident.firings} firings, peak ${incident.peak}`],
    ['tags', printable(incident.tags.join(', '), 2_000)],
    ['runbook', printable(incident.runbook, 2_000)],
    ['references', printable(incident.references.join(' '), 4_000)],
    ['commands', incident.remediation.join(' ')],
    ['merged into', incident.mergedInto ?? ''],
  ];
  return [
    `${paintSeverity(terminal, incident.severity).trimEnd()}  ${colours.bold(printable(incident.title))}`,
    ...columns(fields.filter(([, value]) => value !== '').map(([name, value]) => [colours.dim(name), value])),
    ...section(
      terminal,
      'history',
      incident.history.map(
        (entry) =>
          `${entry.time}  ${entry.what} by ${printable(entry.who)}${entry.note ? `: ${printable(entry.note)}` : ''}`,
      ),
    ),
    ...section(terminal, 'evidence', incident.evidence.map(evidenceLine)),
  ];
}

const groupText = (incident: Incident): string =>
  Object.entries(incident.group)
    .map(([field, value]) => `${printable(field, 120)}=${printable(value, 120)}`)
    .join(' ');

function evidenceLine({ time, position, event }: Incident['evidence'][number]): string {
  const place =
    position === null ? 'deadline' : `${printable(position.topic)}/${position.partition}@${position.offset}`;
  return `${time}  ${place}  ${event === null ? '(event no longer at hand)' : printable(event, 400)}`;
}

const section = (terminal: Terminal, title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : ['', terminal.colours.dim(title), ...lines.map((line) => `  ${line}`)];
