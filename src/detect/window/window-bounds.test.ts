import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { WindowRunner } from '../../../test/support/window-runner.ts';
import { matchOf, windowedRule } from '../../../test/support/windowed-rules.ts';
import type { TemporalSpec, WindowCondition, WindowSpec } from '../../shared/model/window-spec.ts';
import { eachAccepted } from './accepted-matches.ts';
import { ByteReader } from './byte-reader.ts';
import { kindOf } from './kind-of.ts';
import { openState, readHeading, readState } from './window-bytes.ts';
import type { WindowMatch, WindowValues } from './window-kind.ts';
import { WindowStage } from './window-stage.ts';

const timespanMs = 1e9;
const sliding = { timespanMs, condition: { gte: 1e15 }, reset: false };
const number = { field: 'bytes', ...sliding };
const together = (more: Partial<TemporalSpec>): TemporalSpec => ({
  type: 'temporal',
  rules: ['a', 'b'],
  timespanMs,
  sequences: [],
  reset: false,
  ...more,
});
const runs = 3 * 2 ** 14;

/** Every kind whose state grows with its matches, what makes it grow most, and the most numbers and texts it may keep. */
const floods: readonly (readonly [spec: WindowSpec, values: (at: number) => WindowValues, bound: number])[] =
  [
    [{ type: 'event_count', ...sliding, condition: { gte: 5 } }, () => undefined, runs],
    [{ type: 'event_count', ...sliding, condition: { lt: 5 } }, () => undefined, 4],
    [{ type: 'value_count', field: 'user', ...sliding, condition: { gte: 5 } }, String, runs + 2 * 2 ** 14],
    [{ type: 'value_count', field: 'user', ...sliding, condition: { lt: 5 } }, String, 3 + 2 * 2 ** 14],
    [{ type: 'value_sum', ...number }, (at) => at + 0.1, runs + 3 * 2 ** 17],
    [{ type: 'value_avg', ...number }, (at) => at + 0.1, runs + 3 * 2 ** 17],
    [{ type: 'value_min', ...number }, (at) => at, runs + 2 * 2 ** 14],
    [{ type: 'value_max', ...number }, (at) => -at, runs + 2 * 2 ** 14],
    [{ type: 'value_percentile', percentile: 95, ...number }, (at) => at, runs + 2 * 2 ** 18],
    [{ type: 'value_median', percentile: 50, ...number }, (at) => at, runs + 2 * 2 ** 18],
    [{ type: 'ratio', numerator: {}, minDenominator: 1, ...sliding }, () => 1, 3 * runs],
    [{ type: 'new_term', field: 'user', historyMs: timespanMs, learnMs: 0 }, String, 3 * 2 ** 16],
    [{ type: 'change', field: 'user', ignoreNull: true }, String, 3],
    [
      {
        type: 'spike',
        timespanMs,
        ratio: 2,
        direction: 'both',
        minCurrent: 1,
        minReference: 1,
        alertOnNew: true,
      },
      () => undefined,
      1 + 2 * runs,
    ],
    [
      { type: 'flatline', timespanMs, threshold: 5, forgetAfterMs: 2 * timespanMs },
      () => undefined,
      3 + runs,
    ],
    [together({ sequences: [{ all: [0, 1], none: [] }] }), () => [0], runs + 2],
    [together({ type: 'temporal_ordered', sequences: [{ all: [0, 0, 1], none: [] }] }), () => [0], runs + 3],
    [together({ sequences: [{ all: [0], none: [1] }] }), () => [0], runs + 1 + 4_096],
    [together({ sequences: [], condition: { gte: 3 } }), (at) => [at % 2], runs + 2 * 2],
    [together({ sequences: [], condition: { lt: 2 } }), (at) => [at % 2], 3 + 2 * 2],
  ];

const matchAt = (at: number, values: WindowValues): WindowMatch => ({
  timeMs: at,
  weight: 1,
  position: { topic: 'logs', partition: 0, offset: at, index: 0 },
  values,
  ruleFirstMs: 0,
});

describe('one group that never rests', () => {
  test.each(floods)('%j keeps no more than its bound', (spec, valuesOf, bound) => {
    const kind = kindOf(spec);
    const state = kind.init();
    let most = 0;
    for (let at = 0; at < 300_000; at += 1) {
      kind.step(state, matchAt(at, valuesOf(at)));
      if (at % 1_000 === 0) most = Math.max(most, kind.size(state));
    }
    expect(most).toBeLessThanOrEqual(bound);
    expect(JSON.stringify(kind.write(state)).length).toBeLessThanOrEqual(24 * bound + 100);
  });

  test.each([{ type: 'value_count', field: 'user' }, { type: 'event_count' }] as const)(
    'whether a $type holds stays exact beyond the bound',
    (counted) => {
      for (const gte of [5, 16_384, 20_000]) {
        const kind = kindOf({ ...counted, ...sliding, condition: { gte } });
        const state = kind.init();
        let firstFired = -1;
        for (let at = 0; at < 60_000; at += 1) {
          const fired = kind.step(state, matchAt(at, String(at)));
          if (fired !== undefined && firstFired === -1) firstFired = at;
          if (firstFired !== -1 && fired === undefined) throw new Error(`silent again at ${at}`);
        }
        expect(firstFired).toBe(gte - 1);
      }
    },
  );
});

const conditions: fc.Arbitrary<WindowCondition> = fc.constantFrom<WindowCondition>(
  { gte: 1 },
  { gte: 100 },
  { lt: 2 },
);

/** All groups and matches that a stage holds, as its snapshots have them. */
function heldBy(stage: WindowStage): { groups: number; matches: number } {
  let groups = 0;
  let matches = 0;
  for (let shard = 0; shard < 256; shard += 1) {
    const from = openState(stage.snapshot(shard));
    from.number();
    for (let rules = from.count(); rules > 0; rules -= 1) {
      readHeading(from);
      const body = new ByteReader(from.piece());
      for (let left = body.count(); left > 0; left -= 1) {
        body.text();
        readState(body);
        groups += 1;
      }
      eachAccepted(body, () => {
        matches += 1;
      });
    }
  }
  return { groups, matches };
}

describe('any flood of keys and late matches', () => {
  const limits = { maxTailMatches: 60, maxKeysPerRule: 32 };
  const flood = fc.array(fc.record({ key: fc.nat(120), earlierMs: fc.nat(400), laterMs: fc.nat(3) }), {
    minLength: 200,
    maxLength: 500,
    size: 'max',
  });

  test('is held within the caps after every batch, and what the caps did is counted', () => {
    fc.assert(
      fc.property(flood, conditions, (words, condition) => {
        const rule = windowedRule({ type: 'event_count', timespanMs: 300, condition, reset: false });
        const stage = new WindowStage([rule], limits);
        let nowMs = 1_000;
        let capped = 0;
        for (const [offset, { key, earlierMs, laterMs }] of words.entries()) {
          nowMs += laterMs;
          stage.fold(matchOf({ timeMs: nowMs - earlierMs, offset, name: `key ${key}` }), nowMs - 400);
          if (offset % 20 !== 19) continue;
          for (const { count } of stage.take(() => nowMs - 400).capped) {
            expect(count).toBeGreaterThan(0);
            capped += count;
          }
          const held = heldBy(stage);
          expect(held.matches).toBeLessThanOrEqual(limits.maxTailMatches);
          expect(held.groups).toBeLessThanOrEqual(limits.maxKeysPerRule);
        }
        expect(capped).toBeGreaterThan(0);
      }),
      { numRuns: 15 },
    );
  });
});

test('a quiet group that is matched all the time settles, and counts to the end as it would have', () => {
  const spec: WindowSpec = { type: 'event_count', timespanMs: 50, condition: { gte: 26 }, reset: false };
  const runner = new WindowRunner({ rules: [windowedRule(spec)], latenessMs: 20 });
  // Every other millisecond for a long while: 25 in the window, never 26, until one comes between.
  for (let offset = 0; offset < 2_000; offset += 1) {
    runner.fold(matchOf({ timeMs: 1_000 + 2 * offset, offset }));
    expect(runner.take().groups).toEqual([]);
    if (offset % 500 === 499) expect(runner.tail(matchOf({ timeMs: 0, offset: 0 }))).toEqual([]);
  }
  runner.fold(matchOf({ timeMs: 1_000 + 2 * 1_995 + 1, offset: 2_000 }));
  const fired = runner.take().groups.flatMap((group) => group.fired.map(({ firing }) => firing.value));
  expect(fired).toEqual([26, 26, 26, 26, 26]);
});
