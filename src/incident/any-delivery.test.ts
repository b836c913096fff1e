import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  eventOf,
  firingAt,
  groupOf,
  IncidentRun,
  unwindowedRule,
  windowedRule,
} from '../../test/support/incident-run.ts';
import { isoTime } from '../shared/iso-time.ts';
import type { Firing, GroupFirings } from '../shared/model/firing.ts';
import type { Incident } from '../shared/model/incident.ts';
import { comparePositions } from '../shared/model/position.ts';
import type { Rule } from '../shared/model/rule.ts';

// However the same firings are delivered, the incidents are those of a naive reference over all of them, sorted.

interface Summary {
  readonly rule: string;
  readonly group: string;
  readonly firstSeen: string;
  readonly lastSeen: string;
  readonly events: number;
  readonly firings: number;
}

const byText = (a: Summary, b: Summary): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);

const summaryOf = (incident: Incident): Summary => ({
  rule: incident.rule.id,
  group: JSON.stringify(Object.values(incident.group)),
  firstSeen: incident.firstSeen,
  lastSeen: incident.lastSeen,
  events: incident.events,
  firings: incident.firings,
});

/** Splits the sorted firings where two are dedup or more apart. */
function reference(rule: Rule, ip: string, firings: readonly Firing[]): Summary[] {
  const episodes: Firing[][] = [];
  for (const firing of firings.toSorted(byOrder)) {
    const last = episodes.at(-1);
    const before = last?.at(-1);
    if (before !== undefined && firing.timeMs - before.timeMs < Math.max(1, rule.dedupMs)) last?.push(firing);
    else episodes.push([firing]);
  }
  return episodes.map((episode) => ({
    rule: rule.id,
    group: JSON.stringify([ip]),
    firstSeen: isoTime(Math.min(...episode.map((firing) => firing.firstMs))),
    lastSeen: isoTime(Math.max(...episode.map((firing) => firing.lastMs))),
    events: episode.reduce((sum, firing, index) => sum + (index === 0 ? firing.matches : firing.fresh), 0),
    firings: episode.length,
  }));
}

const byOrder = (a: Firing, b: Firing): number =>
  a.timeMs - b.timeMs || (a.position && b.position ? comparePositions(a.position, b.position) : 0);

const isSame = (a: Firing, b: Firing): boolean => JSON.stringify(a) === JSON.stringify(b);

/** What a batch did, told from the firings before it (the tail) and after it (settled now, then the tail). */
function changeOf(
  rule: Rule,
  ip: string,
  moved: { before: Firing[]; settled: Firing[]; tail: Firing[] },
): GroupFirings {
  const after = [...moved.settled, ...moved.tail];
  const continues = moved.before.every(
    (firing, index) => after[index] !== undefined && isSame(firing, after[index]),
  );
  const fired = after.filter((firing) => !moved.before.some((one) => isSame(one, firing)));
  return {
    ruleId: rule.id,
    group: groupOf(ip),
    change: !continues ? 'refolded' : fired.length > 0 ? 'appended' : 'settled',
    fired: fired.map((firing) => ({ firing, event: eventOf(firing) })),
    withdrawn: moved.before.filter((firing) => !after.some((one) => isSame(one, firing))),
    settled: moved.settled,
    tail: () => moved.tail,
  };
}

const timeMs = fc.integer({ min: 0, max: 1_000 });
const firing = fc
  .record({ timeMs, value: fc.integer({ min: 1, max: 30 }), fresh: fc.integer({ min: 0, max: 5 }) })
  .map(({ timeMs, value, fresh }) => firingAt(timeMs, { value, fresh, matches: value }));
const firingsOfGroup = fc
  .uniqueArray(firing, { maxLength: 25, selector: (one) => one.timeMs })
  .map((list) => list.toSorted(byOrder));

/** What is speculated at one step: which of the true firings are known, and which others are believed. */
const step = fc.record({
  advanceMs: fc.integer({ min: 0, max: 300 }),
  hidden: fc.array(fc.nat(30), { maxLength: 6 }),
  believed: fc.array(firing, { maxLength: 4 }),
  steady: fc.boolean(),
  restart: fc.boolean(),
});

describe('the incidents of a windowed rule', () => {
  test('are those of its final firings, however the batches, late events and restarts come', () => {
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
          const groups = [
            { ip: '203.0.113.7', truth: a, tail: [] as Firing[] },
            { ip: '198.51.100.9', truth: b, tail: [] as Firing[] },
          ];
          let watermark = -1;
          const end = { advanceMs: 5_000, hidden: [], believed: [], steady: false, restart: true };
          for (const { advanceMs, hidden, believed, steady, restart } of [...steps, end, end]) {
            const reached = watermark + advanceMs;
            const changes = groups.flatMap((group) => {
              const settled = group.truth.filter(({ timeMs }) => timeMs > watermark && timeMs <= reached);
              const known = steady
                ? [...group.tail, ...group.truth.slice(0, hidden.length * 4)]
                : [...group.truth.filter((_, index) => !hidden.includes(index)), ...believed];
              const tail = [...new Map(known.map((one) => [one.timeMs, one])).values()]
                .filter(({ timeMs }) => timeMs > reached)
                .sort(byOrder);
              const change = changeOf(rule, group.ip, { before: group.tail, settled, tail });
              group.tail = tail;
              const isNothing = change.change === 'settled' && settled.length === 0;
              return isNothing ? [] : [change];
            });
            watermark = reached;
            run.fold(changes, watermark);
            if (restart) {
              run.restart((_, key) => groups.find(({ ip }) => groupOf(ip).key === key)?.tail ?? []);
              expect(run.fold([], watermark), 'a restart changes nothing').toEqual([]);
            }
          }
          const expected = groups.flatMap(({ ip, truth }) => reference(rule, ip, truth));
          const standing = run.incidents('standing');
          expect(standing.map(summaryOf).sort(byText)).toEqual(expected.sort(byText));
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
  test('are those of its firings, in whatever order within the lateness they come', () => {
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
