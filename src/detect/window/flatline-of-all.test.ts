import fc from 'fast-check';
import { expect, test } from 'vitest';
import { WindowRunner } from '../../../test/support/window-runner.ts';
import { matchOf, windowedRule } from '../../../test/support/windowed-rules.ts';
import type { FlatlineSpec } from '../../shared/model/window-spec.ts';

// Without `groupBy` silence is missed from the start of the rule: with the first event, whether it matches or not.

interface Delivery {
  readonly timeMs: number;
  readonly offset: number;
  readonly isMatch: boolean;
  readonly delay: number;
  readonly isCut: boolean;
  readonly isKill: boolean;
  readonly isSnapshot: boolean;
}

const worlds = fc.record({
  timespanMs: fc.integer({ min: 1, max: 15 }),
  threshold: fc.integer({ min: 1, max: 3 }),
  latenessMs: fc.nat(25),
  deliveries: fc
    .array(
      fc.record({
        timeMs: fc.integer({ min: 100, max: 160 }),
        isMatch: fc.boolean(),
        delay: fc.nat(100),
        isCut: fc.boolean(),
        isKill: fc.boolean(),
        isSnapshot: fc.boolean(),
      }),
      { minLength: 1, maxLength: 30 },
    )
    .map((all) => all.map((each, offset): Delivery => ({ ...each, offset }))),
});

type World = typeof worlds extends fc.Arbitrary<infer W> ? W : never;

const delivery = { isMatch: true, delay: 0, isCut: false, isKill: false, isSnapshot: false };

/** Restored, the rule begins earlier than its first delta says, and then gets matches into its tail. */
const beganEarlierThanStored: World = {
  timespanMs: 1,
  threshold: 1,
  latenessMs: 3,
  deliveries: [
    { ...delivery, timeMs: 116, delay: 68, offset: 0 },
    { ...delivery, timeMs: 116, delay: 67, isCut: true, isKill: true, offset: 1 },
    { ...delivery, timeMs: 118, isCut: true, offset: 2 },
    { ...delivery, timeMs: 116, isMatch: false, delay: 67, offset: 3 },
  ],
};

/** The times at which the weight falls below the threshold, looked for at every millisecond. */
function falls({ timespanMs, threshold, deliveries }: World): readonly number[] {
  const times = deliveries.map(({ timeMs }) => timeMs);
  const matches = deliveries.filter(({ isMatch }) => isMatch).map(({ timeMs }) => timeMs);
  const found: number[] = [];
  let hasFallen = false;
  for (let atMs = Math.min(...times); atMs <= Math.max(...times); atMs += 1) {
    const isReached = matches.filter((ms) => ms > atMs - timespanMs && ms <= atMs).length >= threshold;
    if (isReached) hasFallen = false;
    if (isReached || hasFallen || atMs < Math.min(...times) + timespanMs) continue;
    hasFallen = true;
    found.push(atMs);
  }
  return found;
}

test('silence is missed from the first event on, whatever the order, the batches and the restarts', () => {
  fc.assert(
    fc.property(worlds, (world) => {
      const { timespanMs, threshold, latenessMs, deliveries } = world;
      const spec: FlatlineSpec = { type: 'flatline', timespanMs, threshold, forgetAfterMs: timespanMs + 1 };
      const runner = new WindowRunner({ rules: [windowedRule(spec, { groupBy: [] })], latenessMs });
      const arrivals = deliveries.toSorted(
        (a, b) => a.timeMs + (a.delay * latenessMs) / 100 - (b.timeMs + (b.delay * latenessMs) / 100),
      );
      for (const { timeMs, offset, isMatch, isCut, isKill, isSnapshot } of arrivals) {
        const match = { ...matchOf({ timeMs, offset }), group: { key: '[]', values: {} } };
        if (isMatch) runner.fold(match);
        else runner.pass(timeMs);
        if (!isCut) continue;
        runner.take(isSnapshot ? [runner.shardOf(match)] : []);
        if (isKill) runner.restart();
      }
      runner.finish();
      const fired = (runner.settled.get('rule|[]') ?? []).map((firing) => firing.timeMs);
      expect(fired).toEqual(falls(world));
    }),
    { numRuns: 1_000, examples: [[beganEarlierThanStored]] },
  );
});

test('a rule that was not there has missed nothing', () => {
  const spec: FlatlineSpec = { type: 'flatline', timespanMs: 10, threshold: 1, forgetAfterMs: 100 };
  const rule = windowedRule(spec, { groupBy: [] });
  const runner = new WindowRunner({ rules: [], latenessMs: 0 });
  runner.pass(100);
  runner.pass(200);
  runner.take();
  runner.replaceRules([rule]);
  for (const timeMs of [205, 209, 211]) {
    runner.pass(timeMs);
    runner.take();
  }
  expect(runner.settled.get('rule|[]')?.map(({ timeMs, matches }) => [timeMs, matches])).toEqual([[210, 0]]);
});

test('a rule that was not there has missed nothing, over a restart and a match from before it came', () => {
  const spec: FlatlineSpec = { type: 'flatline', timespanMs: 10, threshold: 1, forgetAfterMs: 100 };
  const runner = new WindowRunner({ rules: [], latenessMs: 20 });
  runner.pass(200);
  runner.take();
  runner.replaceRules([windowedRule(spec, { groupBy: [] })]);
  runner.take();
  runner.restart([windowedRule(spec, { groupBy: [] })]);
  runner.pass(185);
  for (const timeMs of [205, 215, 231]) {
    runner.pass(timeMs);
    runner.take();
  }
  expect(runner.settled.get('rule|[]')?.map(({ timeMs }) => timeMs)).toEqual([210]);
});

test('on a quiet topic the watch begins with the watermark', () => {
  const spec: FlatlineSpec = { type: 'flatline', timespanMs: 10, threshold: 1, forgetAfterMs: 100 };
  const runner = new WindowRunner({ rules: [windowedRule(spec, { groupBy: [] })], latenessMs: 0 });
  runner.take([], 500);
  runner.take([], 510);
  expect(runner.settled.get('rule|[]') ?? []).toEqual([]);
  runner.take([], 511);
  expect(runner.settled.get('rule|[]')?.map(({ timeMs }) => timeMs)).toEqual([510]);
});
