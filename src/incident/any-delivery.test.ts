import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  byText,
  changeOf,
  Delivery,
  firingsOfGroup,
  lastStep,
  reference,
  step,
  summaryOf,
  timeMs,
} from '../../test/support/incident-deliveries.ts';
import { firingAt, IncidentRun, unwindowedRule, windowedRule } from '../../test/support/incident-run.ts';
import type { Firing, GroupFirings } from '../shared/model/firing.ts';

// However the same firings are delivered, the incidents are those of a naive reference over all of them, sorted.

describe('the incidents of a windowed rule', () => {
  test('are those of its final firings, however the batches, late events and restarts come', {}, () => {
    fc.assert(
      fc.property(
        fc.record({
          a: firingsOfGroup,
          b: firingsOfGroup,
          steps: fc.array(step, { maxLength: 14 }),
          dedupMs: fc.constantFrom(0, 1, 40, 100, 250),
        }),
        ({ a, b, steps, dedupMs }) => {
          const rule = { ...windowedRule, dedupMs };
          const run = new IncidentRun([rule]);
          const delivery = new Delivery(rule, { '203.0.113.7': a, '198.51.100.9': b });
          for (const one of [...steps, lastStep, lastStep]) {
            run.fold(delivery.next(one), delivery.watermark);
            if (!one.restart) continue;
            run.restart((_, key) => delivery.tailOf(key));
            expect(run.fold([], delivery.watermark), 'a restart changes nothing').toEqual([]);
          }
          expect(run.incidents('standing').map(summaryOf).sort(byText)).toEqual(delivery.expected());
          expect(
            [...run.rows.values()].every((row) => row.fold === null && row.incident.status !== 'open'),
          ).toBe(true);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

describe('the incidents of a rule without window', () => {
  test('are those of its firings, in whatever order within the lateness they come', {}, () => {
    const arrival = fc.record({
      timeMs,
      delayMs: fc.integer({ min: 0, max: 150 }),
      cut: fc.boolean(),
      restart: fc.boolean(),
    });
    fc.assert(
      fc.property(
        fc.array(arrival, { maxLength: 40 }),
        fc.constantFrom(0, 1, 40, 100, 250),
        (arrivals, dedupMs) => {
          const rule = unwindowedRule({ dedupMs });
          const run = new IncidentRun([rule]);
          const events = arrivals
            .map((one, offset) => ({
              ...one,
              firing: firingAt(one.timeMs, {
                value: 1,
                matches: 1,
                fresh: 1,
                firstMs: one.timeMs,
                position: { topic: 'logs', partition: 0, offset, index: 0 },
              }),
            }))
            .sort((x, y) => x.timeMs + x.delayMs - y.timeMs - y.delayMs);
          let watermark = Number.NEGATIVE_INFINITY;
          let batch: Firing[] = [];
          const fold = (): void => {
            const change: GroupFirings = {
              ...changeOf(rule, '203.0.113.7', { before: [], settled: batch, tail: [] }),
              change: 'unwindowed',
              settled: [],
            };
            run.fold(batch.length === 0 ? [] : [change], watermark);
            batch = [];
          };
          for (const { firing, delayMs, cut, restart } of events) {
            batch.push(firing);
            // Everything still to come is later than this: the watermark that a lateness of 150 ms gives.
            watermark = Math.max(watermark, firing.timeMs + delayMs - 150);
            if (cut) fold();
            if (cut && restart) run.restart(() => []);
          }
          watermark = Number.POSITIVE_INFINITY;
          fold();
          const expected = reference(
            rule,
            '203.0.113.7',
            events.map((one) => one.firing),
          );
          expect(run.incidents('standing').map(summaryOf).sort(byText)).toEqual(expected.sort(byText));
          expect(run.incidents('standing').every(({ status }) => status === 'resolved')).toBe(true);
          expect([...run.rows.values()].every(({ fold }) => fold === null)).toBe(true);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
