import { invariant } from '../shared/invariant.ts';
import type { Incident } from '../shared/model/incident.ts';
import type { ActionRequest, Refusal } from '../shared/model/incident-action.ts';
import type { IncidentChange } from '../shared/model/incident-change.ts';
import type { StoredIncident } from '../shared/ports/store.ts';
import { fail, ok, type Result } from '../shared/result.ts';
import { actOnIncident } from './act-on-incident.ts';
import { type Announced, type PutAside, restoredIncident, storedIncident } from './announced.ts';
import type { GroupIncidents } from './group-incidents.ts';
import { type Merged, mergeIncidents, type Side } from './merge-incidents.ts';
import { refusalText } from './refusal-text.ts';
import { standOf, transition } from './transitions.ts';
import { unmergeIncidents } from './unmerge-incidents.ts';

/** A person's request about an incident as the store has it. */
export interface ActionOnRow {
  readonly row: StoredIncident;
  readonly request: ActionRequest;
  /** The wall clock, for the history. */
  readonly time: string;
  /** Of a merge, and where it is taken back, the other incident as the store has it; left out: there is none. */
  readonly into?: StoredIncident;
}

/** What a person's action made of an incident, and of another that it was merged into: at most one version of each. */
export interface Acted {
  /** Of the incident itself first. */
  readonly changes: readonly IncidentChange[];
  readonly stored: readonly StoredIncident[];
}

/**
 * Does an action: to the incident that the group holds, where it is not final; else to what the store has. The group
 * goes on folding as before, for an action changes nothing that firings are told apart by.
 */
export function actInGroup(
  state: GroupIncidents | undefined,
  { row, request, time }: ActionOnRow,
): Result<Acted, Refusal> {
  const known = state?.announced.find(({ id }) => id === row.incident.id);
  const acted = actOnIncident(known?.incident ?? row.incident, request, time);
  if (!acted.ok) return acted;
  const { incident, change: kind } = acted.value;
  const change = { kind, incident };
  const announced = known ?? (row.fold === null ? undefined : restoredIncident(row));
  if (announced === undefined) return ok({ changes: [change], stored: [{ ...row, incident }] });
  const after = { ...announced, incident, putAside: putAsideBy(incident, announced) };
  if (state !== undefined) state.announced = state.announced.map((one) => (one === known ? after : one));
  return ok({ changes: [change], stored: [storedIncident(after, row.groupKey, false)] });
}

/** How far the firings had come when a person resolved their incident; one that is resolved keeps what stood then. */
function putAsideBy({ status }: Incident, { episode, putAside }: Announced): PutAside | null {
  if (status !== 'resolved' || episode === null) return null;
  return putAside ?? { firings: episode.firings, lastMs: episode.lastMs };
}

/** The groups of the two incidents, where they are known, and the dedup of the part's rule. */
interface TwoGroups {
  readonly part: GroupIncidents | undefined;
  readonly head: GroupIncidents | undefined;
  readonly dedupMs: number;
}

/**
 * A merge, or taking one back: the groups of both go on as before, each with its own firings. Gives the head where it is to
 * wait for more.
 */
export function actInGroups(
  states: TwoGroups,
  { row, into, request, time }: ActionOnRow,
): Result<Merged, Refusal> {
  const { action } = request;
  invariant(action.kind === 'merge' || action.kind === 'unmerge', 'this is of one incident');
  if (into === undefined) return fail(withoutOther(row.incident, action.kind));
  const sides = [sideOf(states.part, row), sideOf(states.head, into)] as const;
  const merge = { request, time, intoVersion: action.intoVersion };
  const merged =
    action.kind === 'merge'
      ? mergeIncidents(...sides, merge)
      : unmergeIncidents(...sides, { ...merge, dedupMs: states.dedupMs });
  if (!merged.ok) return merged;
  put(states.part, merged.value.part);
  put(states.head, merged.value.head);
  return merged;
}

function withoutOther(incident: Incident, step: 'merge' | 'unmerge'): Refusal {
  const found = transition(standOf(incident), step);
  if (found.kind === 'refused') return { reason: found.reason, message: refusalText(found.reason, incident) };
  const message = 'there is no such other incident; tocsin incidents list shows them';
  return { reason: 'no-such-incident', message };
}

const sideOf = (state: GroupIncidents | undefined, row: StoredIncident): Side => ({
  row,
  known: state?.announced.find(({ id }) => id === row.incident.id),
});

/** In the place of what its group holds, or beside it. */
function put(state: GroupIncidents | undefined, announced: Announced | null): void {
  if (state === undefined || announced === null) return;
  const isKnown = state.announced.some(({ id }) => id === announced.id);
  state.announced = isKnown
    ? state.announced.map((one) => (one.id === announced.id ? announced : one))
    : [...state.announced, announced];
}
