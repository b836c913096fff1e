import type { HistoryEntry, HistoryStep, Incident, IncidentStatus } from '../../src/shared/model/incident.ts';
import type { IncidentAction } from '../../src/shared/model/incident-action.ts';
import { severities } from '../../src/shared/model/severity.ts';
import type { Asked } from './persons.ts';

/** What came of all wishes. */
export interface WishesDone {
  readonly done: number;
  readonly refused: number;
  readonly faults: readonly string[];
}

const stepOf: Readonly<Record<Exclude<IncidentAction['kind'], 'merge'>, HistoryStep>> = {
  acknowledge: 'acknowledged',
  unacknowledge: 'unacknowledged',
  assign: 'assigned',
  note: 'noted',
  resolve: 'resolved',
  reopen: 'reopened',
  severity: 'severity-changed',
};

const isPersons = ({ who }: HistoryEntry): boolean => who.startsWith('person-');

/**
 * Every wish was answered. What was done stands once in its incident's history, in the version that the answer names, which
 * was published as that; what was refused does not. Nothing else stands there of persons, and the incident is as its
 * history says. `kinds`: by `id:version` the kind of change that was published.
 */
export function personsFaults(
  asked: readonly Asked[],
  incidents: readonly Incident[],
  kinds: ReadonlyMap<string, string>,
): WishesDone {
  const faults = asked
    .filter(({ answer }) => answer === undefined)
    .map(({ request }) => `no answer to ${JSON.stringify(request)}`);
  const done = asked.filter(({ answer }) => answer?.kind === 'done');
  const byIncident = Map.groupBy(done, ({ request }) => request.incidentId);
  for (const incident of incidents) {
    const wishes = byIncident.get(incident.id) ?? [];
    faults.push(...historyFaults(incident, wishes, kinds), ...standFaults(incident));
  }
  const refused = asked.filter(({ answer }) => answer?.kind === 'refused').length;
  return { done: done.length, refused, faults };
}

function historyFaults(
  { id, history }: Incident,
  wishes: readonly Asked[],
  kinds: ReadonlyMap<string, string>,
): readonly string[] {
  const wished = wishes.map(({ request: { action, who, note }, answer }) => {
    const to = toOf(action);
    const what = action.kind === 'merge' ? 'merged' : stepOf[action.kind];
    return { version: answer?.version, what, who, note, ...(to === undefined ? {} : { to }) };
  });
  const found = history.filter(isPersons).map(({ version, what, who, note, to }) => ({
    version,
    what,
    who,
    note,
    ...(to === undefined ? {} : { to }),
  }));
  const [asked, stands] = [wished, found].map((list) => JSON.stringify(list));
  const unpublished = found.filter(({ version, what }) => kinds.get(`${id}:${version}`) !== what);
  return [
    ...(asked === stands ? [] : [`${id}: persons were told ${asked}, its history says ${stands}`]),
    ...unpublished.map(({ version, what }) => `${id}: version ${version} was not published as ${what}`),
  ];
}

function toOf(action: IncidentAction): string | null | undefined {
  if (action.kind === 'assign') return action.assignee;
  return action.kind === 'severity' ? action.severity : undefined;
}

/** Everything is over in the end: only a person keeps an incident open, by opening one that was quiet. */
function standFaults({ id, status, assignee, severity, history }: Incident): readonly string[] {
  const last = (what: HistoryStep): HistoryEntry | undefined =>
    history.findLast((entry) => entry.what === what);
  const isKeptOpen = history.some((entry) => entry.what === 'reopened' && isPersons(entry));
  const isOver = status === 'resolved' || status === 'merged';
  const rated = last('severity-changed');
  return [
    ...(isOver || isKeptOpen ? [] : [`${id}: still ${status}`]),
    ...(status === statusBy(history) ? [] : [`${id}: is ${status}, and by its history ${statusBy(history)}`]),
    ...(assignee === (last('assigned')?.to ?? null) ? [] : [`${id}: assigned to ${assignee}`]),
    ...(rated === undefined || rated.to === severity ? [] : [`${id}: of severity ${severity}`]),
  ];
}

/** What the steps of a life lead to (docs/incidents.md). */
function statusBy(history: readonly HistoryEntry[]): IncidentStatus {
  return history.reduce<IncidentStatus>((status, { what, from, to }) => {
    switch (what) {
      case 'opened':
      case 'reopened':
      case 'unacknowledged':
        return 'open';
      case 'acknowledged':
        return 'acknowledged';
      case 'resolved':
        return 'resolved';
      case 'merged':
        return 'merged';
      case 'severity-changed':
        return status === 'acknowledged' && rank(to) > rank(from) ? 'open' : status;
      default:
        return status;
    }
  }, 'open');
}

const rank = (severity: string | null | undefined): number =>
  (severities as readonly unknown[]).indexOf(severity);
