import type { ActionRequest } from '../../src/shared/model/incident-action.ts';
import type { IncidentRun } from '../support/incident-run.ts';
import type { Came } from './came-of-wishes.ts';
import type { Asked } from './persons.ts';

/** A wish of which tocsin's own code says at once what comes of it, without broker or process. `id` is the wish's. */
export function askedOf(run: IncidentRun, id: number, request: ActionRequest): Asked {
  const done = run.act(request.incidentId, request.action, request);
  const answer =
    typeof done === 'string'
      ? ({ kind: 'refused', version: 0, reason: done, message: '' } as const)
      : ({ kind: 'done', version: done.version } as const);
  return { id, request, answer };
}

/** What came of all that was asked there. */
export const cameOf = (run: IncidentRun, asked: readonly Asked[]): Came => ({
  asked,
  incidents: run.incidents(),
  kinds: new Map(run.changes.map(({ kind, incident: { id, version } }) => [`${id}:${version}`, kind])),
});
