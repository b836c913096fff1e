import { countOf, countText } from '../../shared/count-text.ts';
import type { Evidence, HistoryEntry, Incident, MergedPart } from '../../shared/model/incident.ts';
import type { Notice } from '../../shared/model/notice.ts';
import { positionText } from '../message/evidence-line.ts';
import { type Fact, measureFacts, severityMarks, titleOf, whoFacts } from '../message/incident-facts.ts';
import { isToIncident, runbookText } from '../message/incident-links.ts';
import type { IncidentReport } from '../message/incident-report.ts';
import { evidenceHeading } from '../message/message-content.ts';
import { timeText } from '../message/time-text.ts';
import { cell, type Html, lines, link, page, section, table, value } from './page-parts.ts';

/** Units of one event as it is shown: evidence holds 8 kB of it, and escapes are longer than what they stand for. */
const eventMax = 40_000;

/** The page of one incident, as it is now, what to do before what there was: everything that `tocsin incidents show` says, to be read and not to be acted on. Pure. */
export function renderIncidentPage(incident: IncidentReport): Html {
  const title = titleOf(incident);
  const prose = runbookText(incident);
  const commands = incident.next.map((command) => value(command, 200));
  return page(
    `${severityMarks[incident.severity]} ${title}`,
    `${badge(incident)}
<h1>${value(title, 1_000)}</h1>
<p>${value(incident.summary, 4_000)}</p>
${about(incident)}${table([...factsOf(incident), ...whoFacts(incident), ...measureFacts(incident)].map(factRow))}
${mergedInto(incident)}${section('Runbook', prose === '' ? '' : `<p>${broken(lines(prose, 5_000))}</p>`)}${section(
  'Next',
  `<pre>${commands.join('\n')}</pre>`,
)}${section('Links', linksOf(incident))}${section(
  'Merged into it',
  table((incident.mergedFrom ?? []).map(partRow)),
)}${section('History', table(incident.history.map(historyRow)))}${section(
  'Who was told, and why not',
  table(incident.notices.map(noticeRow)),
)}${section(
  evidenceHeading(incident.evidence.length, incident),
  incident.evidence.map(evidenceBlock).join('\n'),
)}<p class="dim">Incident ${value(incident.id, 100)} version ${incident.version} · <a href="${encodeURIComponent(incident.id)}.json">as JSON</a> · <a href="../incidents">all incidents</a></p>
`,
  );
}

/** The newest incidents, one line each. */
export function renderIncidentList(incidents: readonly Incident[]): Html {
  const heads = ['Severity', 'What', 'Last seen', 'Status', 'Who', 'Events'];
  const rows = incidents.map((incident) => [
    cell(badge(incident), 'short'),
    cell(link(`incidents/${encodeURIComponent(incident.id)}`, titleOf(incident))),
    cell(timeText(incident.lastSeen), 'short'),
    cell(value(incident.status, 40), 'short'),
    cell(value(incident.assignee ?? '', 100), 'short'),
    cell(countText(incident.events), 'short'),
  ]);
  const body = rows.length === 0 ? '<p>There are none.</p>' : table(rows, heads);
  return page(
    'Incidents',
    `<h1>Incidents</h1>\n<p>${incidents.length === 0 ? '' : 'The newest first.'}</p>\n${body}\n`,
  );
}

const badge = ({ severity, status }: Incident): Html => {
  const isOver = status === 'resolved' || status === 'merged';
  return `<span class="badge ${isOver ? 'over' : severity}">${severity}${isOver ? `, ${status}` : ''}</span>`;
};

const factsOf = ({ status, reason, rule, tags, shadow, remediation }: Incident): readonly Fact[] => [
  {
    label: 'Status',
    value: `${status}${reason === 'fired' ? '' : ` (${reason})`}${shadow ? ', its rule is a shadow: nobody is told' : ''}`,
  },
  { label: 'Rule', value: rule.id },
  ...(tags.length === 0 ? [] : [{ label: 'Tags', value: tags.join(' ') }]),
  ...(remediation.length === 0 ? [] : [{ label: 'Commands', value: remediation.join(' ') }]),
];

const factRow = (fact: Fact): readonly Html[] => [
  cell(value(fact.label, 200), 'head'),
  cell(value(fact.value, 2_000), 'value'),
];

const toIncident = (id: string): Html => link(encodeURIComponent(id), id);

const mergedInto = ({ mergedInto: id }: Incident): Html =>
  id === null ? '' : `<p>It is part of incident ${toIncident(id)}.</p>\n`;

const partRow = ({ id, title, events, firstSeen, lastSeen }: MergedPart): readonly Html[] => [
  cell(toIncident(id), 'short'),
  cell(value(title, 300)),
  cell(countOf(events, 'event'), 'short'),
  cell(`${timeText(firstSeen)} to ${timeText(lastSeen)}`),
];

function evidenceBlock({ time, position, event }: Evidence): Html {
  const place = position === null ? 'decided by time' : positionText(position);
  const text = event === null ? 'The event is no longer at hand.' : JSON.stringify(event, null, 2);
  return `<p class="dim">${value(timeText(time), 60)} · ${value(place, 400)}</p>\n<pre>${lines(text, eventMax)}</pre>`;
}

const historyRow = ({ time, version, who, what, from, to, of, note }: HistoryEntry): readonly Html[] => {
  const change = from === undefined && to === undefined ? '' : [from ?? 'nobody', to ?? 'nobody'].join(' → ');
  const whose = of === undefined ? '' : `of ${of}`;
  return [
    cell(value(time, 40), 'short'),
    cell(version === undefined ? '' : `v${version}`, 'short'),
    cell(value(who, 200)),
    cell(value([what, whose].filter((part) => part !== '').join(' '), 200)),
    cell(value(what === 'merged' ? (to ?? '') : ofAnother.has(what) ? (from ?? '') : change, 300)),
    cell(value(note ?? '', 2_100)),
  ];
};

/** Steps of which `from` is the other incident. */
const ofAnother: ReadonlySet<HistoryEntry['what']> = new Set(['absorbed', 'unmerged', 'released']);

const noticeRow = ({ at, receiver, told, reason, detail }: Notice): readonly Html[] => [
  cell(value(at, 40), 'short'),
  cell(value(receiver === '' ? 'nobody' : receiver, 100)),
  cell(value(`${told ? 'told' : 'not told'}: ${reason}`, 200), 'short'),
  cell(value(detail, 2_000)),
];

function about({ description }: IncidentReport): Html {
  const text = description.trim();
  return text === '' ? '' : `<p>${broken(lines(text, 5_000))}</p>\n`;
}

/** Its own page is where they stand. */
function linksOf({ attack, links }: IncidentReport): Html {
  const own = links.filter((one) => !isToIncident(one)).map(({ label, url }) => link(url, label));
  const all = [...own, ...attack.map(({ label, url }) => link(url, `ATT&CK ${label}`))];
  return all.length === 0 ? '' : `<p>${all.slice(0, 40).join('<br>\n')}</p>`;
}

const broken = (html: Html): Html => html.replaceAll('\n', '<br>\n');
