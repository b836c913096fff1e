import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RecentValues } from './recent-values.ts';

type Sightings = Map<string, { lastMs: number; beforeMs: number }>;

/** Values by the time of their last sighting; equal times in any order. */
const sorted = (sightings: Iterable<readonly [string, number, number]>): unknown[] =>
  [...sightings].sort((a, b) => a[1] - b[1] || (a[0] < b[0] ? -1 : 1));

const plain = (known: Sightings): (readonly [string, number, number])[] =>
  [...known].map(([value, { lastMs, beforeMs }]) => [value, lastMs, beforeMs]);

const actions = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ see: fc.nat(30), later: fc.nat(2) }) },
    { weight: 1, arbitrary: fc.record({ expire: fc.nat(12) }) },
    { weight: 1, arbitrary: fc.constant({ restart: true }) },
  ),
  { maxLength: 120 },
);

test('values leave in the order of their last sightings, whatever was seen again', () => {
  fc.assert(
    fc.property(actions, (all) => {
      let values = new RecentValues();
      const known: Sightings = new Map();
      let nowMs = 0;
      for (const action of all) {
        if ('see' in action) {
          nowMs += action.later;
          const value = `v${action.see}`;
          const { lastMs, beforeMs } = known.get(value) ?? { lastMs: -Infinity, beforeMs: -Infinity };
          const earlierMs = lastMs === nowMs ? beforeMs : lastMs;
          known.set(value, { lastMs: nowMs, beforeMs: earlierMs });
          expect(values.see(value, nowMs)).toBe(earlierMs);
        } else if ('expire' in action) {
          values.expire(nowMs - action.expire);
          for (const [value, { lastMs }] of known) if (lastMs <= nowMs - action.expire) known.delete(value);
        } else {
          const copy = values.copy();
          values.see('only in what was copied', nowMs);
          values = RecentValues.of(copy.sightings());
        }
        expect(values.size).toBe(known.size);
        expect(sorted(values.sightings())).toEqual(sorted(plain(known)));
        expect(values.oldestMs).toBe(Math.min(...plain(known).map(([, lastMs]) => lastMs)));
      }
    }),
  );
});

test('a late sighting takes its place by its time, among others that come in order and leave', () => {
  const steps = fc.array(fc.record({ name: fc.nat(12), timeMs: fc.nat(30), expire: fc.nat(60) }), {
    maxLength: 80,
  });
  fc.assert(
    fc.property(steps, (seen) => {
      let values = new RecentValues();
      const times = new Map<string, Set<number>>();
      let newestMs = 0;
      for (const { name, timeMs, expire } of seen) {
        const value = `v${name}`;
        if (timeMs >= newestMs) values.see(value, timeMs);
        else values.seeLate(value, timeMs);
        newestMs = Math.max(newestMs, timeMs);
        times.set(value, (times.get(value) ?? new Set()).add(timeMs));
        if (expire < 20) {
          values.expire(expire);
          for (const [known, all] of times) if (Math.max(...all) <= expire) times.delete(known);
        }
        if (expire === 59) values = values.copy();
        const sorted = values.sightings().map(([, lastMs]) => lastMs);
        expect(sorted).toEqual(sorted.toSorted((a, b) => a - b));
        const twice = [...times].map(([known, all]) => {
          const [lastMs = 0, beforeMs = Number.NEGATIVE_INFINITY] = [...all].sort((a, b) => b - a);
          expect(values.lastMsOf(known)).toBe(lastMs);
          return [known, lastMs, beforeMs] as const;
        });
        expect(new Set(values.sightings().map(String))).toEqual(new Set(twice.map(String)));
      }
      expect(values.lastMsOf('never')).toBe(Number.NEGATIVE_INFINITY);
    }),
    { numRuns: 300 },
  );
});
