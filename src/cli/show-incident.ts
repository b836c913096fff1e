import { type IncidentReport, pageOf } from '../notify/message/incident-report.ts';
import type { HistoryEntry, Incident, MergedPart } from '../shared/model/incident.ts';
import { columns, paintSeverity, printable, type Terminal } from './terminal.ts';

/** A table of incidents, one line each, for a person. */
export function incidentTable(terminal: Terminal, incidents: readonly Incident[]): string[] {
  const { colours } = terminal;
  const head = ['LAST SEEN (UTC)', 'SEVERITY', 'STATUS', 'WHO', 'EVENTS', 'ID', 'TITLE'].map((name) =>
    colours.dim(name),
  );
  const rows = incidents.map((incident) => [
    incident.lastSeen.slice(0, 19).replace('T', ' '),
    paintSeverity(terminal, incident.severity).trimEnd(),
    incident.shadow ? `${incident.status} (shadow)` : incident.status,
    printable(incident.assignee ?? '', 20),
    String(incident.events),
    incident.id.slice(0, 12),
    printable(incident.title, 120),
  ]);
  return columns([head, ...rows]);
}

/** One incident whole, for a person. */
export function incidentPage(terminal: Terminal, incident: IncidentReport): string[] {
  const { colours } = terminal;
  const fields: [string, string][] = [
    ['id', incident.id],
    [
      'status',
      `${incident.status}${incident.reason === 'fired' ? '' : ` (${incident.reason})`}, version ${incident.version}`,
    ],
    ['assignee', printable(incident.assignee ?? '')],
    ['severity set by', printable(incident.severitySetBy ?? '')],
    ['rule', `${printable(incident.rule.id)} (${incident.rule.hash})`],
    ['why', printable(incident.summary)],
    ['about', printable(incident.description.trim().replace(/\s+/g, ' '), 4_000)],
    ['group', groupText(incident)],
    ['seen', `${incident.firstSeen} to ${incident.lastSeen}`],
    [
      'counted',
      `${countText(incident.events, 'event')}, ${countText(incident.firings, 'firing')}, peak ${incident.peak}${flapText(incident)}`,
    ],
    ['tags', printable(incident.tags.join(', '), 2_000)],
    ['runbook', printable(incident.runbook, 2_000)],
    ['references', printable(incident.references.join(' '), 4_000)],
    ['page', printable(pageOf(incident) ?? '', 2_000)],
    ['commands', incident.remediation.join(' ')],
    ['merged into', incident.mergedInto ?? ''],
  ];
  return [
    `${paintSeverity(terminal, incident.severity).trimEnd()}  ${colours.bold(printable(incident.title))}`,
    ...columns(fields.filter(([, value]) => value !== '').map(([name, value]) => [colours.dim(name), value])),
    ...section(terminal, 'next', nextLines(incident)),
    ...section(terminal, 'ATT&CK', columns(incident.attack.map(({ label, url }) => [label, url]))),
    ...section(terminal, 'merged into it', (incident.mergedFrom ?? []).map(mergedLine)),
    ...section(terminal, 'history', columns(incident.history.map(historyCells))),
    ...section(terminal, 'evidence', incident.evidence.map(evidenceLine)),
  ];
}

/** The commands that messages offer, but for this one. */
const nextLines = ({ id, next }: IncidentReport): readonly string[] =>
  next.filter((command) => command !== `tocsin incidents show ${id}`).map((command) => printable(command));

const flapText = ({ flaps }: Incident): string =>
  flaps === 0
    ? ''
    : `; fired again ${flaps === 1 ? 'once' : `${flaps} times`} after a person had resolved it`;

/** When, which version, who, what and why: a person's words are a person's, so they are escaped like a log's. */
function historyCells({ time, version, who, what, note, from, to, of }: HistoryEntry): readonly string[] {
  const change = of === undefined ? changeText(what, from, to) : ` (of ${printable(of)})`;
  const why = note === undefined || note === '' ? '' : `: ${printable(note, 2_100)}`;
  return [time, version === undefined ? '' : `v${version}`, printable(who), `${what}${change}${why}`];
}

function changeText(what: HistoryEntry['what'], from?: string | null, to?: string | null): string {
  if (what === 'merged') return to === undefined ? '' : ` into ${printable(to ?? '')}`;
  if (what === 'absorbed' || what === 'released') return ` ${printable(from ?? '')}`;
  if (what === 'unmerged') return ` from ${printable(from ?? '')}`;
  return from === undefined ? '' : ` from ${printable(from ?? 'nobody')} to ${printable(to ?? 'nobody')}`;
}

/** `1 firing`, `3 firings`. */
const countText = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

/** What persons merged into it, a line each. */
const mergedLine = ({ id, rule, title, events, firings, firstSeen, lastSeen }: MergedPart): string =>
  `${id}  ${printable(rule)}  ${countText(events, 'event')}, ${countText(firings, 'firing')}, ${firstSeen} to ${lastSeen}  ${printable(title, 120)}`;

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
