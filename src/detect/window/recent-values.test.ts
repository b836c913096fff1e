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

test('a late sighting takes its place by its time', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ name: fc.nat(12), timeMs: fc.nat(20) })), (seen) => {
      const values = new RecentValues();
      const last = new Map<string, number>();
      for (const { name, timeMs } of seen) {
        values.seeLate(`v${name}`, timeMs);
        last.set(`v${name}`, Math.max(timeMs, last.get(`v${name}`) ?? 0));
      }
      const times = values.sightings().map(([, lastMs]) => lastMs);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      expect(new Map(values.sightings().map(([value, lastMs]) => [value, lastMs]))).toEqual(last);
    }),
  );
});
