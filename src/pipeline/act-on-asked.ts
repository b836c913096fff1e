import type { Engine, EngineOutcome } from '../engine/engine.ts';
import { isoTime } from '../shared/iso-time.ts';
import type { ActionAnswer, AskedAction } from '../shared/model/incident-action.ts';
import type { IncidentChange } from '../shared/model/incident-change.ts';
import type { AnsweredAction } from '../shared/ports/action-queue.ts';
import type { Store, StoredIncident } from '../shared/ports/store.ts';

/** What became of some requests, for one transaction. */
export interface ActedOn {
  readonly outcome: EngineOutcome;
  readonly answers: readonly AnsweredAction[];
}

/** Requests looked at for one transaction: a bulk of them shares one, and none delays the next batch noticeably. */
const roundMax = 500;

/** The next requests that one transaction can answer: the oldest, at most one on an incident (a merge is on two, and so is taking it back). Empty: none waits. */
export function nextRound(store: Store): readonly AskedAction[] {
  const seen = new Set<string>();
  return store.actions.waiting(roundMax).filter(({ request: { incidentId, action } }) => {
    const ids = 'into' in action ? [incidentId, action.into] : [incidentId];
    const isFirst = !ids.some((id) => seen.has(id));
    for (const id of ids) seen.add(id);
    return isFirst;
  });
}

/** Does what a round asks for, in memory. What is refused is answered, too. */
export function actOnAsked(
  round: readonly AskedAction[],
  { engine, store, nowMs }: { readonly engine: Engine; readonly store: Store; readonly nowMs: number },
): ActedOn {
  const time = isoTime(nowMs);
  const changes: IncidentChange[] = [];
  const stored: StoredIncident[] = [];
  const answers = round.map(({ id, request }): AnsweredAction => {
    const row = store.storedIncident(request.incidentId);
    if (row === undefined) return { id, answer: noSuchIncident };
    const { action } = request;
    const into = 'into' in action ? store.storedIncident(action.into) : undefined;
    const acted = engine.act({ row, request, time, ...(into === undefined ? {} : { into }) });
    if (!acted.ok)
      return { id, answer: { kind: 'refused', version: row.incident.version, ...acted.failure } };
    changes.push(...acted.value.changes);
    stored.push(...acted.value.stored);
    return { id, answer: { kind: 'done', version: acted.value.changes[0]?.incident.version ?? 0 } };
  });
  return { outcome: { ...nothingElse, changes, stored }, answers };
}

const noSuchIncident: ActionAnswer = {
  kind: 'refused',
  version: 0,
  reason: 'no-such-incident',
  message: 'there is no such incident; tocsin incidents list shows them',
};

/** Persons change incidents, and nothing that the engine folds. */
const nothingElse: Omit<EngineOutcome, 'changes' | 'stored'> = {
  settled: [],
  fired: 0,
  windowDelta: null,
  watermarks: {},
  late: [],
  skipped: [],
  capped: [],
};
