import { isRaise } from '../../src/incident/step-incident.ts';
import type { HistoryEntry, HistoryStep, Incident } from '../../src/shared/model/incident.ts';
import type { IncidentAction } from '../../src/shared/model/incident-action.ts';
import { heirFaults, isCut, isInherited } from './heir-faults.ts';
import { isOfLogs } from './of-logs.ts';
import { isPersons } from './of-persons.ts';
import type { Asked } from './persons.ts';
import { statusBy } from './status-by-history.ts';

/** What came of all wishes. */
export interface WishesDone {
  readonly done: number;
  /** Of those, and how many of them took a merge back. */
  readonly merges: number;
  readonly unmerges: number;
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

/**
 * Every wish was answered. What was done stands once in its incident's history, in the version that the answer names, which
 * was published as that; what was refused does not. A merge, and one taken back, stand in the histories of both. Nothing else stands there of
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
  const doneOf = (kind: IncidentAction['kind']): number =>
    done.filter(({ request }) => request.action.kind === kind).length;
  const refused = asked.filter(({ answer }) => answer?.kind === 'refused').length;
  return { done: done.length, merges: doneOf('merge'), unmerges: doneOf('unmerge'), refused, faults };
}

/** What a history says of a step, as far as a wish can know it. */
type Step = Pick<HistoryEntry, 'version' | 'what' | 'who' | 'note' | 'from' | 'to'>;

/** A wish that was done is a step of its incident; a merge is one of two, and so is taking it back. */
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
  if (action.kind === 'unmerge') {
    const { into } = action;
    return [
      { id: incidentId, step: { version, what: 'unmerged', who, note, from: into } },
      { id: into, step: { what: 'released', who, note, from: incidentId } },
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

/** The other's version is not in the answer to a merge, nor to one taken back. */
function stepIn({ version, what, who, note = '', from = null, to }: HistoryEntry): Step {
  if (what === 'absorbed' || what === 'released') return { what, who, note, from };
  return {
    ...(version === undefined ? {} : { version }),
    what,
    who,
    note,
    ...(what === 'unmerged' ? { from } : {}),
    ...(to === undefined ? {} : { to }),
  };
}

function historyFaults(
  { id, history }: Incident,
  steps: readonly Step[],
  kinds: ReadonlyMap<string, string>,
): readonly string[] {
  const own = history.filter((entry) => isPersons(entry) && !isInherited(entry));
  const kept = isCut(history) ? stepsLeft(steps, own) : steps;
  const [asked, stands] = [kept, own.map(stepIn)].map((list) => JSON.stringify(list));
  const unpublished = own.filter(({ version, what }) => kinds.get(`${id}:${version}`) !== what);
  return [
    ...(asked === stands ? [] : [`${id}: persons were told ${asked}, its history says ${stands}`]),
    ...unpublished.map(({ version, what }) => `${id}: version ${version} was not published as ${what}`),
  ];
}

/** Of a history that is cut the last of each kind are left, and the newest of the rest. Whether a severity rose no wish can know. */
function stepsLeft(steps: readonly Step[], own: readonly HistoryEntry[]): readonly Step[] {
  const lasts = new Map(steps.map((step) => [step.what, step]));
  const ratings = new Map(
    own.filter(({ what }) => what === 'severity-changed').map((entry) => [isRaise(entry), entry]),
  );
  const rated = new Set([...ratings.values()].map((entry) => JSON.stringify(stepIn(entry))));
  const stays = (step: Step): boolean => lasts.get(step.what) === step || rated.has(JSON.stringify(step));
  const mayLeave = steps.filter((step) => !stays(step));
  const gone = new Set(mayLeave.slice(0, Math.max(0, steps.length - own.length)));
  return steps.filter((step) => !gone.has(step));
}

function toOf(action: IncidentAction): string | null | undefined {
  if (action.kind === 'assign') return action.assignee;
  return action.kind === 'severity' ? action.severity : undefined;
}

/**
 * Everything is over in the end, but for what tocsin says of itself: only a person keeps an incident open, by opening one that
 * was quiet. A history that is cut does not say how its incident stands: tocsin's own steps leave it first.
 */
function standFaults({ id, rule, status, assignee, severity, history: all }: Incident): readonly string[] {
  if (isCut(all)) return [];
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
