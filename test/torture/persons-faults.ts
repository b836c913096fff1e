import type { HistoryEntry, HistoryStep, Incident, IncidentStatus } from '../../src/shared/model/incident.ts';
import type { IncidentAction } from '../../src/shared/model/incident-action.ts';
import { severities } from '../../src/shared/model/severity.ts';
import { heirFaults, isInherited } from './heir-faults.ts';
import { isOfLogs } from './of-logs.ts';
import type { Asked } from './persons.ts';

/** What came of all wishes. */
export interface WishesDone {
  readonly done: number;
  /** Of those. */
  readonly merges: number;
  readonly refused: number;
  readonly faults: readonly string[];
}

/** Of what torture's persons do beside merging. */
const stepOf = {
  acknowledge: 'acknowledged',
  unacknowledge: 'unacknowledged',
  assign: 'assigned',
  note: 'noted',
  resolve: 'resolved',
  reopen: 'reopened',
  severity: 'severity-changed',
} as const satisfies Partial<Record<IncidentAction['kind'], HistoryStep>>;

const isPersons = ({ who }: HistoryEntry): boolean => who.startsWith('person-');

/**
 * Every wish was answered. What was done stands once in its incident's history, in the version that the answer names, which
 * was published as that; what was refused does not. A merge stands in the histories of both. Nothing else stands there of
 * persons, and the incident is as its history says. `kinds`: by `id:version` the kind of change that was published.
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
  const byIncident = Map.groupBy(done.flatMap(stepsOf), ({ id }) => id);
  const byId = new Map(incidents.map((incident) => [incident.id, incident]));
  for (const id of byIncident.keys()) if (!byId.has(id)) faults.push(`${id}: not there, and acted on`);
  for (const incident of incidents) {
    const steps = (byIncident.get(incident.id) ?? []).map(({ step }) => step);
    faults.push(
      ...historyFaults(incident, steps, kinds),
      ...standFaults(incident),
      ...heirFaults(incident, byId),
    );
  }
  const isMerge = ({ request }: Asked): boolean => request.action.kind === 'merge';
  const refused = asked.filter(({ answer }) => answer?.kind === 'refused').length;
  return { done: done.length, merges: done.filter(isMerge).length, refused, faults };
}

/** What a history says of a step, as far as a wish can know it. */
type Step = Pick<HistoryEntry, 'version' | 'what' | 'who' | 'note' | 'from' | 'to'>;

/** A wish that was done is a step of its incident; a merge is one of two. */
function stepsOf({ request, answer }: Asked): readonly { readonly id: string; readonly step: Step }[] {
  const { action, who, note, incidentId } = request;
  const { version } = answer ?? { version: 0 };
  if (action.kind === 'merge') {
    const { into } = action;
    return [
      { id: incidentId, step: { version, what: 'merged', who, note, to: into } },
      { id: into, step: { what: 'absorbed', who, note, from: incidentId } },
    ];
  }
  const to = toOf(action);
  const step = {
    version,
    what: stepOf[action.kind as keyof typeof stepOf],
    who,
    note,
    ...(to === undefined ? {} : { to }),
  };
  return [{ id: incidentId, step }];
}

/** The other's version is not in the answer to a merge. */
function stepIn({ version, what, who, note = '', from = null, to }: HistoryEntry): Step {
  if (what === 'absorbed') return { what, who, note, from };
  return {
    ...(version === undefined ? {} : { version }),
    what,
    who,
    note,
    ...(to === undefined ? {} : { to }),
  };
}

function historyFaults(
  { id, history }: Incident,
  steps: readonly Step[],
  kinds: ReadonlyMap<string, string>,
): readonly string[] {
  const own = history.filter((entry) => isPersons(entry) && !isInherited(entry));
  const [asked, stands] = [steps, own.map(stepIn)].map((list) => JSON.stringify(list));
  const unpublished = own.filter(({ version, what }) => kinds.get(`${id}:${version}`) !== what);
  return [
    ...(asked === stands ? [] : [`${id}: persons were told ${asked}, its history says ${stands}`]),
    ...unpublished.map(({ version, what }) => `${id}: version ${version} was not published as ${what}`),
  ];
}

function toOf(action: IncidentAction): string | null | undefined {
  if (action.kind === 'assign') return action.assignee;
  return action.kind === 'severity' ? action.severity : undefined;
}

/** Everything is over in the end, but for what tocsin says of itself: only a person keeps an incident open, by opening one that was quiet. */
function standFaults({ id, rule, status, assignee, severity, history: all }: Incident): readonly string[] {
  const history = all.filter(({ of }) => of === undefined);
  const last = (what: HistoryStep): HistoryEntry | undefined =>
    history.findLast((entry) => entry.what === what);
  const isKeptOpen = history.some((entry) => entry.what === 'reopened' && isPersons(entry));
  const isOver = status === 'resolved' || status === 'merged';
  const rated = last('severity-changed');
  return [
    ...(isOver || isKeptOpen || !isOfLogs(rule.id) ? [] : [`${id}: still ${status}`]),
    ...(status === statusBy(history) ? [] : [`${id}: is ${status}, and by its history ${statusBy(history)}`]),
    ...(assignee === (last('assigned')?.to ?? null) ? [] : [`${id}: assigned to ${assignee}`]),
    ...(rated === undefined || rated.to === severity ? [] : [`${id}: of severity ${severity}`]),
  ];
}

/** What the steps of a life lead to (docs/incidents.md). */
function statusBy(history: readonly HistoryEntry[]): IncidentStatus {
  const merged = history.findLast(({ what }) => what === 'merged');
  // What a part does meanwhile is in its history, and leaves it where the person put it.
  if (merged !== undefined && isPersons(merged)) return 'merged';
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
