import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Delivery, firingsOfGroup, lastStep, step } from '../../test/support/incident-deliveries.ts';
import { IncidentRun, windowedRule } from '../../test/support/incident-run.ts';
import type { Incident } from '../shared/model/incident.ts';

// Merges that were taken back were never made: what stands is what stands where nobody merged anything.

const act = fc.record({
  nth: fc.nat(20),
  other: fc.nat(20),
  kind: fc.constantFrom('merge', 'merge', 'unmerge', 'unmerge', 'acknowledge', 'resolve', 'reopen'),
});

const isPerson = (kind: string): kind is 'acknowledge' | 'resolve' | 'reopen' => !kind.endsWith('merge');

/** What stands, and what it says. What a late event closed is closed, whether as revised or as another's. */
function standing({ id, status, reason, ...said }: Incident): unknown {
  if (reason === 'revised' || reason === 'merged') return { id, isNone: true };
  const { events, firings, firstSeen, lastSeen, evidence, peak, title, severity, assignee, flaps } = said;
  const isOver = status === 'resolved';
  const words = { title, severity, assignee, flaps, mergedFrom: said.mergedFrom };
  return { id, isOver, events, firings, firstSeen, lastSeen, evidence, peak, ...words };
}

/** What persons merged into others. */
const partsOf = (run: IncidentRun): Incident[] =>
  run.incidents().filter(({ status, reason }) => status === 'merged' && reason === 'person');

/** Takes all merges back, from the outermost inwards; gives how many of them were of incidents that were final. */
function unmergeAll(run: IncidentRun): number {
  let final = 0;
  for (let round = 0; partsOf(run).length > 0; round += 1) {
    expect(round, 'every merge can be taken back').toBeLessThan(20);
    for (const { id, mergedInto } of partsOf(run)) {
      const isFinal = run.rows.get(mergedInto ?? '')?.fold === null;
      const done = run.act(id, { kind: 'unmerge', into: mergedInto ?? '', intoVersion: null });
      if (typeof done === 'string') expect(done).toBe('part-of-another');
      else if (isFinal) final += 1;
    }
  }
  return final;
}

describe('incidents that persons merge and take apart again', () => {
  test('are what they would be, whatever fires, comes late or restarts meanwhile', {
    timeout: 600_000,
  }, () => {
    let takenBack = 0;
    let final = 0;
    fc.assert(
      fc.property(
        fc.record({
          a: firingsOfGroup,
          b: firingsOfGroup,
          steps: fc.array(fc.record({ step, acts: fc.array(act, { maxLength: 5 }) }), { maxLength: 10 }),
          dedupMs: fc.constantFrom(0, 40, 100, 250),
          atLast: fc.boolean(),
        }),
        ({ a, b, steps, dedupMs, atLast }) => {
          const rule = { ...windowedRule, dedupMs };
          const truths = { '203.0.113.7': a, '198.51.100.9': b };
          const delivery = new Delivery(rule, truths);
          const twins = new Delivery(rule, truths);
          const run = new IncidentRun([rule]);
          const twin = new IncidentRun([rule]);
          for (const { step: one, acts } of [...steps, { step: lastStep, acts: [] }]) {
            if (one === lastStep && !atLast) final += unmergeAll(run);
            run.fold(delivery.next(one), delivery.watermark);
            twin.fold(twins.next(one), twins.watermark);
            const ids = [...run.rows.keys()];
            const nthOf = (nth: number): string => ids[nth % Math.max(1, ids.length)] ?? '';
            if (ids.length === 0) continue;
            for (const { nth, kind } of acts) {
              const incident = run.rows.get(nthOf(nth))?.incident;
              const isEntangled = incident?.status === 'merged' || incident?.mergedFrom !== undefined;
              if (!isPerson(kind) || incident === undefined || isEntangled) continue;
              if (incident.reason === 'revised') continue;
              run.act(incident.id, { kind });
              twin.act(incident.id, { kind });
            }
            for (const { nth, other, kind } of acts) {
              if (kind === 'merge') run.act(nthOf(nth), { kind, into: nthOf(other), intoVersion: null });
              const parts = partsOf(run);
              const part = parts[nth % Math.max(1, parts.length)];
              if (kind !== 'unmerge' || part === undefined) continue;
              const done = run.act(part.id, { kind, into: part.mergedInto ?? '', intoVersion: null });
              if (typeof done !== 'string') takenBack += 1;
            }
            if (!one.restart) continue;
            run.restart((_, key) => delivery.tailOf(key));
            run.fold([], delivery.watermark);
          }
          final += unmergeAll(run);
          const ids = [...twin.rows.keys()];
          const standingOf = (of: IncidentRun, id: string) => standing(of.rows.get(id)?.incident as Incident);
          expect(ids.map((id) => standingOf(run, id))).toEqual(ids.map((id) => standingOf(twin, id)));
        },
      ),
      { numRuns: 200 },
    );
    expect(takenBack, 'merges were taken back in the middle').toBeGreaterThan(10);
    expect(final, 'merges were taken back when all was over').toBeGreaterThan(10);
  });
});
