import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyReference } from '../../../test/support/any-window.ts';
import {
  asEvents,
  type Firings,
  groupOf,
  inOrder,
  joined,
  named,
} from '../../../test/support/chained-events.ts';
import { type HeardSpec, heardSpecs } from '../../../test/support/heard-kinds.ts';
import { type TogetherSpec, togetherReference, togetherSpecs } from '../../../test/support/together-kinds.ts';
import type { Reference } from '../../../test/support/window-references.ts';
import { WindowRunner } from '../../../test/support/window-runner.ts';
import { windowedRule } from '../../../test/support/windowed-rules.ts';
import type { Firing } from '../../shared/model/firing.ts';
import type { LogEvent } from '../../shared/model/log-event.ts';
import type { Match } from '../../shared/model/match.ts';
import type { WindowSpec } from '../../shared/model/window-spec.ts';
import { firingsStay } from './firings-that-stay.ts';

// Rules over a rule whose firings no late event can take away: at any moment, not only when all is settled, what was told of
// them is what follows from the events that have arrived. `count` is that rule, `both` names it beside events of its own,
// `values` names it alone.

const timespanMs = fc.integer({ min: 1, max: 20 });
const sliding = { timespanMs, reset: fc.constant(false) };
const least = fc.constantFrom({ gte: 1 }, { gte: 2 }, { gt: 1 });

/** Every kind of window whose firings stay, with a condition that lets them. */
const staying: fc.Arbitrary<WindowSpec> = fc.oneof(
  fc.record({ type: fc.constant('event_count' as const), ...sliding, condition: least }),
  fc.record({
    type: fc.constant('value_count' as const),
    field: fc.constant('n'),
    ...sliding,
    condition: least,
  }),
  fc.record({
    type: fc.constant('value_max' as const),
    field: fc.constant('n'),
    ...sliding,
    condition: fc.constantFrom({ gt: 1 }, { gte: 3 }),
  }),
  fc.record({
    type: fc.constant('value_min' as const),
    field: fc.constant('n'),
    ...sliding,
    condition: fc.constantFrom({ lt: 1 }, { lte: 1 }),
  }),
  fc.record({
    type: fc.constantFrom('temporal' as const, 'temporal_ordered' as const),
    rules: fc.constant(['a', 'b']),
    ...sliding,
    sequences: fc.constantFrom(
      [{ all: [0, 1], none: [] }],
      [
        { all: [1, 0], none: [] },
        { all: [1], none: [] },
      ],
    ),
  }),
  fc.record({
    type: fc.constant('temporal' as const),
    rules: fc.constant(['a', 'b']),
    ...sliding,
    sequences: fc.constant([]),
    condition: fc.constant({ gte: 2 }),
  }),
);

interface Delivery {
  readonly event: LogEvent;
  readonly isCounted: boolean;
  readonly isPlain: boolean;
  readonly delayMs: number;
  readonly isKill: boolean;
}

interface World {
  readonly count: WindowSpec;
  readonly both: TogetherSpec;
  readonly values: HeardSpec;
  readonly latenessMs: number;
  readonly deliveries: readonly Delivery[];
}

const worlds: fc.Arbitrary<World> = fc
  .record({
    count: staying,
    both: togetherSpecs,
    values: heardSpecs,
    latenessMs: fc.nat(25),
    deliveries: fc.array(
      fc.record({
        timeMs: fc.nat(60),
        name: fc.constantFrom('a', 'b'),
        host: fc.constantFrom('x', 'y'),
        n: fc.constantFrom(0, 1, 2, 3, -1, null),
        inputs: fc.constantFrom([0], [1], [0, 1]),
        partition: fc.nat(2),
        isCounted: fc.boolean(),
        isPlain: fc.boolean(),
        delay: fc.nat(100),
        isKill: fc.constantFrom(false, false, false, true),
      }),
      { maxLength: 25, size: 'max' },
    ),
  })
  .map(({ deliveries, ...world }) => ({
    ...world,
    deliveries: deliveries.map(
      ({ timeMs, partition, isCounted, isPlain, delay, isKill, ...fields }, offset) => ({
        event: {
          fields,
          timeMs: 1_700_000_000_000 + timeMs,
          timeOrigin: 'field',
          source: 'source',
          position: { topic: 'logs', partition, offset, index: 0 },
          weight: 1,
        },
        isCounted,
        isPlain,
        isKill,
        delayMs: Math.floor((delay * world.latenessMs) / 100),
      }),
    ),
  }));

const groupBys = { count: ['name', 'host'], both: ['name'], values: ['name'] } as const;

const matchOf = (ruleId: 'count' | 'both', event: LogEvent, inputs: readonly number[]): Match => ({
  ruleId,
  group: groupOf(groupBys[ruleId], event.fields),
  event,
  inputs,
});

const matchesOf = ({ event, isCounted, isPlain }: Delivery): readonly Match[] => [
  ...(isCounted ? [matchOf('count', event, event.fields['inputs'] as readonly number[])] : []),
  ...(isPlain ? [matchOf('both', event, [0])] : []),
];

/** What fires at matches, by the references, of these events; by rule and group. */
function expected({ count, both, values }: World, arrived: readonly Delivery[]): Firings {
  const sorted = arrived.toSorted((a, b) => inOrder(a.event, b.event));
  const lastMs = sorted.at(-1)?.event.timeMs ?? 0;
  const judge = <S>(ruleId: keyof typeof groupBys, spec: S, reference: Reference<S>) => {
    return (events: readonly LogEvent[]): Firings => {
      const inTime = events.toSorted(inOrder);
      const span = { firstMs: inTime[0]?.timeMs ?? 0, lastMs };
      const groups = Map.groupBy(inTime, ({ fields }) => groupOf(groupBys[ruleId], fields).key);
      return Object.fromEntries(
        [...groups].map(([key, each]) => [named(ruleId, key), reference(spec, each, span)] as const),
      );
    };
  };
  const counted = sorted.filter(({ isCounted }) => isCounted).map(({ event }) => event);
  const ofCount = judge('count', count, anyReference)(counted);
  const heard = asEvents(ofCount, 'count', groupBys.count);
  const plain = sorted.filter(({ isPlain }) => isPlain).map(({ event }) => event);
  return atMatches({
    ...ofCount,
    ...judge('both', both, togetherReference)(joined([plain, heard])),
    ...judge('values', values, anyReference)(heard),
  });
}

/** What happens at deadlines is said when it is settled, so only what fires at matches is said at once. */
const atMatches = (firings: Firings): Firings =>
  Object.fromEntries(
    Object.entries(firings)
      .map(([name, each]): [string, readonly Firing[]] => [
        name,
        each.filter(({ position }) => position !== null),
      ])
      .filter(([, each]) => each.length > 0),
  );

function toldBy(runner: WindowRunner): Firings {
  const names = new Set([...runner.settled.keys(), ...runner.tails.keys()]);
  return atMatches(
    Object.fromEntries(
      [...names].map((name) => [
        name,
        [...(runner.settled.get(name) ?? []), ...(runner.tails.get(name) ?? [])],
      ]),
    ),
  );
}

describe('rules over a rule whose firings stay', () => {
  test('tell at any moment what follows from what has arrived, whatever its order, over kills', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        expect(firingsStay(world.count)).toBe(true);
        const rules = (['values', 'both', 'count'] as const).map((id) =>
          windowedRule(world[id], { id, groupBy: groupBys[id] }),
        );
        const runner = new WindowRunner({ rules, latenessMs: world.latenessMs });
        const arrivals = world.deliveries.toSorted(
          (a, b) => a.event.timeMs + a.delayMs - (b.event.timeMs + b.delayMs),
        );
        for (const [at, delivery] of arrivals.entries()) {
          const matches = matchesOf(delivery);
          for (const match of matches) runner.fold(match);
          if (matches.length === 0) runner.pass(delivery.event.timeMs);
          runner.take(delivery.isKill ? matches.map((match) => runner.shardOf(match)) : []);
          if (delivery.isKill) runner.restart();
          expect(toldBy(runner)).toEqual(expected(world, arrivals.slice(0, at + 1)));
        }
        expect(runner.late).toBe(0);
      }),
      { numRuns: 200 },
    );
  });
});

describe('no late match takes a firing away', () => {
  const sequence = { timespanMs: 10, rules: ['a', 'b'], reset: false } as const;
  test.each<readonly [WindowSpec, boolean]>([
    [{ type: 'event_count', timespanMs: 10, condition: { gte: 2 }, reset: false }, true],
    [{ type: 'event_count', timespanMs: 10, condition: { gte: 2 }, reset: true }, false],
    [{ type: 'event_count', timespanMs: 10, condition: { gte: 2, lt: 5 }, reset: false }, false],
    [{ type: 'event_count', timespanMs: 10, condition: { neq: 2 }, reset: false }, false],
    [{ type: 'value_count', field: 'n', timespanMs: 10, condition: { lt: 2 }, reset: false }, false],
    [{ type: 'value_max', field: 'n', timespanMs: 10, condition: { lt: 2 }, reset: false }, false],
    [{ type: 'value_min', field: 'n', timespanMs: 10, condition: { gt: 2 }, reset: false }, false],
    [{ type: 'value_sum', field: 'n', timespanMs: 10, condition: { gt: 2 }, reset: false }, false],
    [{ type: 'temporal', ...sequence, sequences: [{ all: [0], none: [1] }] }, false],
    [{ type: 'temporal', ...sequence, sequences: [], condition: { eq: 1 } }, false],
    [{ type: 'temporal_ordered', ...sequence, reset: true, sequences: [{ all: [0, 1], none: [] }] }, false],
    [{ type: 'new_term', field: 'n', historyMs: 10, learnMs: 0 }, false],
    [{ type: 'change', field: 'n', ignoreNull: true }, false],
  ])('%j: %s', (spec, stays) => {
    expect(firingsStay(spec)).toBe(stays);
  });
});
