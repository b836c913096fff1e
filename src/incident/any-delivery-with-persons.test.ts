import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  byText,
  Delivery,
  firingsOfGroup,
  lastStep,
  step,
  summaryOf,
} from '../../test/support/incident-deliveries.ts';
import { IncidentRun, windowedRule } from '../../test/support/incident-run.ts';
import type { Incident } from '../shared/model/incident.ts';
import type { IncidentAction } from '../shared/model/incident-action.ts';
import { severities } from '../shared/model/severity.ts';

// Whatever persons do, and whenever: what belongs to which incident, and what is counted, is as if they had not.

const action: fc.Arbitrary<IncidentAction> = fc.oneof(
  ...(['acknowledge', 'unacknowledge', 'note', 'resolve', 'reopen'] as const).map((kind) =>
    fc.constant({ kind }),
  ),
  fc.record({ kind: fc.constant('resolve' as const) }),
  fc.record({ kind: fc.constant('assign' as const), assignee: fc.constantFrom(null, 'bob', 'carol') }),
  fc.record({ kind: fc.constant('severity' as const), severity: fc.constantFrom(...severities) }),
);

/** Which incident of those there are by then, and what is done to it. */
const act = fc.record({ nth: fc.nat(20), action });

/** What firings say of an incident: everything but what persons can change, and what says that they did. */
function saidByFirings(incident: Incident): Partial<Incident> {
  const { version, status, reason, severity, severitySetBy, assignee, flaps, history, mergedInto, ...rest } =
    incident;
  const { '@timestamp': _, ...said } = rest;
  return said;
}

/** Every incident as far as persons have no say in it. */
const withoutPersons = (run: IncidentRun) =>
  [...run.rows.values()].map(({ incident, fold }) => ({
    ...saidByFirings(incident),
    mergedInto: incident.mergedInto,
    isWithdrawn: incident.reason === 'merged' || incident.reason === 'revised',
    isFinal: fold === null,
  }));

describe('incidents that persons work on', () => {
  test('hold the same firings as if nobody had, after each batch and in the end', {}, () => {
    fc.assert(
      fc.property(
        fc.record({
          a: firingsOfGroup,
          b: firingsOfGroup,
          steps: fc.array(fc.record({ step, acts: fc.array(act, { maxLength: 4 }) }), { maxLength: 12 }),
          dedupMs: fc.constantFrom(0, 1, 40, 100, 250),
        }),
        ({ a, b, steps, dedupMs }) => {
          const rule = { ...windowedRule, dedupMs };
          const truths = { '203.0.113.7': a, '198.51.100.9': b };
          const [delivery, same] = [new Delivery(rule, truths), new Delivery(rule, truths)];
          const [alone, run] = [new IncidentRun([rule]), new IncidentRun([rule])];
          const rated = new Map<string, string>();
          for (const { step: one, acts } of [...steps, { step: lastStep, acts: [] }]) {
            alone.fold(same.next(one), same.watermark);
            run.fold(delivery.next(one), delivery.watermark);
            for (const { nth, action: wish } of acts) {
              const ids = [...run.rows.keys()];
              const id = ids[nth % Math.max(1, ids.length)];
              const done = id === undefined ? 'none' : run.act(id, wish, { note: 'because' });
              if (typeof done !== 'string' && wish.kind === 'severity') rated.set(done.id, wish.severity);
            }
            if (one.restart) {
              run.restart((_, key) => delivery.tailOf(key));
              expect(run.fold([], delivery.watermark), 'a restart changes nothing').toEqual([]);
            }
            expect(JSON.stringify(withoutPersons(run)), 'as if nobody had').toBe(
              JSON.stringify(withoutPersons(alone)),
            );
            for (const [id, severity] of rated)
              expect(run.rows.get(id)?.incident.severity, 'a person wins').toBe(severity);
          }
          expect(run.incidents('standing').map(summaryOf).sort(byText)).toEqual(delivery.expected());
          for (const { incident } of run.rows.values()) holdsItsHistory(incident);
        },
      ),
      { numRuns: 500 },
    );
  });
});

/** What stands now is what the history says happened last. */
function holdsItsHistory({ status, assignee, flaps, history, version }: Incident): void {
  const isReopened = history.some(({ what, who }) => what === 'reopened' && who !== 'tocsin');
  // Of those that are quiet only a person keeps one open.
  if (status === 'open' || status === 'acknowledged') expect(isReopened).toBe(true);
  expect(history.findLast(({ what }) => what === 'assigned')?.to ?? null).toBe(assignee);
  expect(flaps).toBeLessThanOrEqual(history.filter(({ what }) => what === 'reopened').length);
  const versions = history.map((entry) => entry.version ?? 0);
  expect(versions).toEqual(versions.toSorted((x, y) => x - y));
  expect(versions.at(-1)).toBeLessThanOrEqual(version);
}
