import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { WindowRunner } from '../../../test/support/window-runner.ts';
import { matchOf, windowedRule } from '../../../test/support/windowed-rules.ts';
import type { Firing, GroupFirings } from '../../shared/model/firing.ts';
import type { Match } from '../../shared/model/match.ts';
import { comparePositions } from '../../shared/model/position.ts';
import type { WindowCondition, WindowSpec } from '../../shared/model/window-spec.ts';
import { WindowStage } from './window-stage.ts';

// Late matches that cannot make anything fire are taken in without folding the tail again. So conditions here are such as
// hardly ever hold, tails are long, and what was told of firings, not only what settled, is compared with an
// undisturbed run.

interface Late {
  readonly match: Match;
  readonly delayMs: number;
  readonly isCut: boolean;
  /** The process dies after that batch. */
  readonly isKill: boolean;
}

const latenessMs = 300;

const placeOf = ({ timeMs, position }: Firing): string => `${timeMs} ${JSON.stringify(position)}`;

/** What settles, and what was told and not withdrawn, by the places of the firings. */
function outcomeOf(rule: WindowSpec, arrivals: readonly Late[], latenessMs: number) {
  const runner = new WindowRunner({ rules: [windowedRule(rule)], latenessMs });
  const told = new Set<string>();
  const hear = (groups: readonly GroupFirings[]): void => {
    for (const group of groups) {
      for (const firing of group.withdrawn) told.delete(placeOf(firing));
      for (const { firing } of group.fired) told.add(placeOf(firing));
    }
  };
  for (const { match, isCut, isKill } of arrivals) {
    runner.fold(match);
    if (!isCut) continue;
    hear(runner.take(isKill ? [runner.shardOf(match)] : []).groups);
    if (isKill) runner.restart();
  }
  hear(runner.take([], Number.POSITIVE_INFINITY).groups);
  return { settled: [...runner.settled.values()].flat(), told: [...told].sort() };
}

/** One match in some dozens is of the third rule. */
const rarely = [...Array.from({ length: 40 }, () => [0]), [2], [1, 2]];

const deliveries = fc
  .array(
    fc.record({
      timeMs: fc.oneof(fc.nat(1_500), fc.integer({ min: 700, max: 715 })),
      bytes: fc.oneof(
        fc.integer({ min: 0, max: 100 }),
        fc.integer({ min: 0, max: 100 }),
        fc.constantFrom(0.1, 0.3, 1e16, -7, 1_000, undefined),
      ),
      constant: fc.constantFrom(...Array.from({ length: 60 }, () => 'x'), 'y', undefined),
      user: fc.constantFrom('a', 'a', 'a', 'a', 'a', 'a', 'b', 'c', undefined),
      weight: fc.constantFrom(1, 1, 1, 3),
      isError: fc.constantFrom(true, false, false),
      inputs: fc.constantFrom([0], [0], [0], [1], [1], [0, 1], ...rarely),
      partition: fc.nat(2),
      delayMs: fc.oneof(fc.constant(0), fc.nat(latenessMs)),
      isCut: fc.boolean(),
      isKill: fc.constantFrom(...Array.from({ length: 40 }, () => false), true),
    }),
    { minLength: 100, maxLength: 200, size: 'max' },
  )
  .map((words) =>
    words.map(({ bytes, user, constant, isError, inputs, delayMs, isCut, isKill, ...rest }, offset): Late => {
      const match = matchOf({
        ...rest,
        timeMs: 1_700_000_000_000 + rest.timeMs,
        offset,
        fields: { bytes, user, constant },
      });
      const ofRules = { ...match, inputs };
      return { match: isError ? { ...ofRules, isNumerator: true } : ofRules, delayMs, isCut, isKill };
    }),
  );

const inOrder = ({ match: a }: Late, { match: b }: Late): number =>
  a.event.timeMs - b.event.timeMs || comparePositions(a.event.position, b.event.position);

/** One-sided bounds about what windows come to, ranges, and what nobody can tell of. */
const conditionsAbout = (greatest: number): fc.Arbitrary<WindowCondition> => {
  const bound = fc.nat(60).map((step) => (step * greatest) / 60);
  return fc.oneof(
    bound.map((gte) => ({ gte })),
    bound.map((gt) => ({ gt })),
    bound.map((lt) => ({ lt })),
    bound.map((lte) => ({ lte })),
    bound.map((eq) => ({ eq })),
    bound.map((gte) => ({ gte, lt: gte * 1.5 })),
  );
};

const sliding = (greatest: number) => ({
  timespanMs: fc.constantFrom(5, 40, 200, 1_000),
  condition: conditionsAbout(greatest),
  reset: fc.constantFrom(false, false, false, true),
});

const number = fc.constant('bytes');

const rules = fc.constant(['a', 'b', 'c']);

const sequencesIn = (type: 'temporal' | 'temporal_ordered'): fc.Arbitrary<WindowSpec> =>
  fc.record({
    type: fc.constant(type),
    rules,
    timespanMs: fc.constantFrom(5, 40, 200, 1_000),
    sequences: fc.constantFrom(
      [{ all: [0, 1, 2], none: [] }],
      [{ all: [0, 0, 1, 2], none: [] }],
      [{ all: [2, 0], none: [] }],
      [{ all: [1, 2], none: [0] }],
      [{ all: [2], none: [1] }],
      [
        { all: [0, 2], none: [1] },
        { all: [2, 2], none: [] },
      ],
    ),
    reset: fc.boolean(),
  });

const countedRules: fc.Arbitrary<WindowSpec> = fc.record({
  type: fc.constant('temporal' as const),
  rules,
  sequences: fc.constant([]),
  ...sliding(4),
});

const kinds: Readonly<Record<string, fc.Arbitrary<WindowSpec>>> = {
  event_count: fc.record({ type: fc.constant('event_count' as const), ...sliding(80) }),
  value_count: fc.record({
    type: fc.constant('value_count' as const),
    field: fc.constant('user'),
    ...sliding(6),
  }),
  value_sum: fc.record({ type: fc.constant('value_sum' as const), field: number, ...sliding(8_000) }),
  value_avg: fc.record({ type: fc.constant('value_avg' as const), field: number, ...sliding(200) }),
  value_min: fc.record({ type: fc.constant('value_min' as const), field: number, ...sliding(50) }),
  value_max: fc.record({ type: fc.constant('value_max' as const), field: number, ...sliding(1_500) }),
  value_percentile: fc.record({
    type: fc.constant('value_percentile' as const),
    field: number,
    percentile: fc.constantFrom(0, 10, 50, 66.6, 95, 99.999_999_9, 100),
    ...sliding(200),
  }),
  ratio: fc.record({
    type: fc.constant('ratio' as const),
    numerator: fc.constant({}),
    minDenominator: fc.integer({ min: 1, max: 12 }),
    ...sliding(1),
  }),
  temporal: fc.oneof(sequencesIn('temporal'), countedRules),
  temporal_ordered: sequencesIn('temporal_ordered'),
  change: fc.record({
    type: fc.constant('change' as const),
    field: fc.constant('constant'),
    timespanMs: fc.constantFrom(5, 40, 1_000),
    ignoreNull: fc.boolean(),
  }),
  new_term: fc.record({
    type: fc.constant('new_term' as const),
    field: fc.constant('user'),
    historyMs: fc.constantFrom(40, 400, 2_000),
    learnMs: fc.constantFrom(0, latenessMs, 600),
  }),
  spike: fc.record({
    type: fc.constant('spike' as const),
    timespanMs: fc.constantFrom(5, 40, 200),
    ratio: fc.constantFrom(1, 2, 4, 20),
    direction: fc.constantFrom('up' as const, 'down' as const, 'both' as const),
    minCurrent: fc.nat(20),
    minReference: fc.nat(20),
    alertOnNew: fc.boolean(),
  }),
  flatline: fc
    .record({
      timespanMs: fc.constantFrom(20, 60, 200),
      threshold: fc.constantFrom(1, 1, 3),
      more: fc.nat(400),
    })
    .map(({ timespanMs, threshold, more }) => ({
      type: 'flatline',
      timespanMs,
      threshold,
      forgetAfterMs: timespanMs + more + 1,
    })),
};

describe.each(Object.entries(kinds))('%s, where hardly anything fires', (_, specs) => {
  /** `times`: by how much the lateness is longer, and with it the tails. */
  const firesAsInOrder = (times: number, numRuns: number): void =>
    fc.assert(
      fc.property(specs, deliveries, (spec, all) => {
        const sorted = all.toSorted(inOrder).map((each) => ({ ...each, isCut: true, isKill: false }));
        const arrivalMs = ({ match, delayMs }: Late): number => match.event.timeMs + times * delayMs;
        const arrivals = all.toSorted((a, b) => arrivalMs(a) - arrivalMs(b));
        const outcome = outcomeOf(spec, arrivals, times * latenessMs);
        expect(outcome).toEqual(outcomeOf(spec, sorted, times * latenessMs));
      }),
      { numRuns },
    );

  test('fires as if all had come in order, and tells of it', () => {
    firesAsInOrder(1, 25);
  });

  // Long enough for checkpoints, where matches are so late that the tail comes to what it was behind them.
  test('does so over tails of many windows', () => {
    firesAsInOrder(5, 10);
  });
});

test('a late match before a checkpoint counts what was before it, too', () => {
  const spec: WindowSpec = { type: 'event_count', timespanMs: 10, condition: { gte: 10 }, reset: false };
  const stage = new WindowStage([windowedRule(spec)]);
  let offset = 0;
  const firedBy = (...times: readonly number[]): readonly number[] => {
    for (const timeMs of times) {
      stage.fold(matchOf({ timeMs, offset }), 0);
      offset += 1;
    }
    return stage.take(() => 0).groups.flatMap(({ fired }) => fired.map(({ firing }) => firing.timeMs));
  };
  firedBy(
    ...Array.from({ length: 9 }, (_, at) => at),
    ...Array.from({ length: 300 }, (_, at) => 100 + at * 20),
  );
  // The second of these is folded in from a checkpoint behind the nine.
  expect(firedBy(3_005)).toEqual([]);
  expect(firedBy(3_505)).toEqual([]);
  expect(firedBy(4)).toEqual([8]);
});
