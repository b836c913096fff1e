import type { Firing } from '../../src/shared/model/firing.ts';
import type { Incident } from '../../src/shared/model/incident.ts';
import type { IncidentChange } from '../../src/shared/model/incident-change.ts';
import { firingAt, firingsOf, IncidentRun, windowedRule } from './incident-run.ts';

/** What was not refused. */
export const isIncident = (given: Incident | string): Incident => {
  if (typeof given === 'string') throw new Error(`refused: ${given}`);
  return given;
};

export interface Life {
  readonly run: IncidentRun;
  readonly id: string;
  /** One firing more, at that time; the watermark stays behind. */
  fire(timeMs: number): readonly IncidentChange[];
  now(): Incident;
}

/** An incident that has fired once, at 1,000; its rule's dedup is 100 ms. */
export function life(): Life {
  const run = new IncidentRun([windowedRule]);
  const tail: Firing[] = [];
  const fire: Life['fire'] = (timeMs) => {
    const firing = firingAt(timeMs);
    tail.push(firing);
    const change = firingsOf(windowedRule, { now: [firing], tail: () => [...tail] });
    return run.fold([change], Number.NEGATIVE_INFINITY);
  };
  const id = fire(1_000)[0]?.incident.id ?? '';
  return { run, id, fire, now: () => isIncident(run.rows.get(id)?.incident ?? 'gone') };
}
