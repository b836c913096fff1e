import type { Incident } from '../shared/model/incident.ts';
import type { ActionRequest, Refusal } from '../shared/model/incident-action.ts';
import type { IncidentChange } from '../shared/model/incident-change.ts';
import type { StoredIncident } from '../shared/ports/store.ts';
import { ok, type Result } from '../shared/result.ts';
import { actOnIncident } from './act-on-incident.ts';
import { type Announced, type PutAside, restoredIncident, storedIncident } from './announced.ts';
import type { GroupIncidents } from './group-incidents.ts';

/** A person's request about an incident as the store has it. */
export interface ActionOnRow {
  readonly row: StoredIncident;
  readonly request: ActionRequest;
  /** The wall clock, for the history. */
  readonly time: string;
}

/** What a person's action made of an incident. */
export interface Acted {
  readonly change: IncidentChange;
  readonly stored: StoredIncident;
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
  if (announced === undefined) return ok({ change, stored: { ...row, incident } });
  const after = { ...announced, incident, putAside: putAsideBy(incident, announced) };
  if (state !== undefined) state.announced = state.announced.map((one) => (one === known ? after : one));
  return ok({ change, stored: storedIncident(after, row.groupKey, false) });
}

/** How far the firings had come when a person resolved their incident; one that is resolved keeps what stood then. */
function putAsideBy({ status }: Incident, { episode, putAside }: Announced): PutAside | null {
  if (status !== 'resolved' || episode === null) return null;
  return putAside ?? { firings: episode.firings, lastMs: episode.lastMs };
}
