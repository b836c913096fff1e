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
import {
  inputIds,
  type TogetherSpec,
  togetherReference,
  togetherSpecs,
} from '../../../test/support/together-kinds.ts';
import { eventCountReference } from '../../../test/support/window-references.ts';
import { WindowRunner } from '../../../test/support/window-runner.ts';
import { windowedRule } from '../../../test/support/windowed-rules.ts';
import type { Firing } from '../../shared/model/firing.ts';
import type { LogEvent } from '../../shared/model/log-event.ts';
import type { Match } from '../../shared/model/match.ts';
import type { Rule } from '../../shared/model/rule.ts';
import type { EventCountSpec } from '../../shared/model/window-spec.ts';

// `plain` has no window, `count` counts; `both` hears of the two, `values` of `count`, `total` of `both`.

interface Delivery {
  readonly event: LogEvent;
  readonly of: readonly string[];
  readonly delayMs: number;
  readonly isCut: boolean;
  readonly isKill: boolean;
  readonly isSnapshot: boolean;
}

interface World {
  readonly count: EventCountSpec;
  readonly both: TogetherSpec;
  readonly values: HeardSpec;
  readonly total: EventCountSpec;
  readonly latenessMs: number;
  readonly deliveries: readonly Delivery[];
}

const startMs = 1_700_000_000_000;
const timespanMs = fc.integer({ min: 1, max: 20 });
const reset = fc.boolean();

const worlds: fc.Arbitrary<World> = fc
  .record({
    count: fc.record({
      type: fc.constant('event_count' as const),
      timespanMs,
      condition: fc.constantFrom({ gte: 1 }, { gte: 2 }, { lt: 2 }, { eq: 2 }),
      reset,
    }),
    both: togetherSpecs,
    values: heardSpecs,
    total: fc.record({
      type: fc.constant('event_count' as const),
      rules: fc.constant(['both']),
      timespanMs,
      condition: fc.constantFrom({ gte: 1 }, { gte: 2 }, { lt: 3 }),
      reset,
    }),
    latenessMs: fc.nat(25),
    deliveries: fc
      .array(
        fc.record({
          timeMs: fc.nat(60),
          name: fc.constantFrom('a', 'b'),
          host: fc.constantFrom('x', 'y'),
          partition: fc.nat(2),
          of: fc.subarray([...inputIds], { minLength: 1 }),
          delay: fc.nat(100),
          isCut: fc.boolean(),
          isKill: fc.constantFrom(false, false, true),
          isSnapshot: fc.boolean(),
        }),
        { maxLength: 40 },
      )
      .map((all) => all.map((words, offset) => ({ ...words, offset }))),
  })
  .map(({ deliveries, ...world }) => ({
    ...world,
    deliveries: deliveries.map(({ timeMs, name, host, partition, offset, delay, ...rest }) => ({
      ...rest,
      event: {
        fields: { name, host },
        timeMs: startMs + timeMs,
        timeOrigin: 'field',
        source: 'source',
        position: { topic: 'logs', partition, offset, index: 0 },
        weight: 1,
      },
      delayMs: Math.floor((delay * world.latenessMs) / 100),
    })),
  }));

const groupBys = { count: ['name', 'host'], both: ['name'], values: ['name'], total: [] } as const;

// The last come first: the stage itself finds out in which order they have to be.
const rulesOf = (world: World): readonly Rule[] =>
  (['total', 'values', 'both', 'count'] as const).map((id) =>
    windowedRule(world[id], { id, groupBy: groupBys[id] }),
  );

const runnerOf = (world: World): WindowRunner =>
  new WindowRunner({ rules: rulesOf(world), latenessMs: world.latenessMs });

/** What the matcher makes of an event: a match of the rule that counts, and one of the rule that hears of plain ones. */
const matchesOf = ({ event, of }: Delivery): readonly Match[] => [
  ...(of.includes('count') ? [{ ruleId: 'count', group: groupOf(groupBys.count, event.fields), event }] : []),
  ...(of.includes('plain')
    ? [{ ruleId: 'both', group: groupOf(groupBys.both, event.fields), event, inputs: [0] }]
    : []),
];

/** Every group's firings, rule by rule, by the references. */
function expected(world: World): Firings {
  const sorted = world.deliveries.toSorted((a, b) => inOrder(a.event, b.event));
  const end = sorted.at(-1)?.event.timeMs ?? 0;
  const judge = <S>(
    ruleId: keyof typeof groupBys,
    events: readonly LogEvent[],
    reference: (
      spec: S,
      events: readonly LogEvent[],
      span: { firstMs: number; lastMs: number },
    ) => readonly Firing[],
  ): Firings => {
    const times = events.map(({ timeMs }) => timeMs);
    const span = { firstMs: Math.min(...times), lastMs: Math.max(end, ...times) };
    const groups = Map.groupBy(
      events.toSorted(inOrder),
      ({ fields }) => groupOf(groupBys[ruleId], fields).key,
    );
    const all = [...groups].map(
      ([key, each]) => [named(ruleId, key), reference(world[ruleId] as S, each, span)] as const,
    );
    return Object.fromEntries(all.filter(([, each]) => each.length > 0));
  };
  const counted = sorted.filter(({ of }) => of.includes('count')).map(({ event }) => event);
  const count = judge('count', counted, eventCountReference);
  const heard = asEvents(count, 'count', groupBys.count);
  const plain = sorted.filter(({ of }) => of.includes('plain')).map(({ event }) => event);
  const both = judge('both', joined([plain, heard]), togetherReference);
  const values = judge('values', heard, anyReference);
  const total = judge('total', asEvents(both, 'both', groupBys.both), eventCountReference);
  return { ...count, ...both, ...values, ...total };
}

const arrivals = ({ deliveries }: World): readonly Delivery[] =>
  deliveries.toSorted((a, b) => a.event.timeMs + a.delayMs - (b.event.timeMs + b.delayMs));

const settledOf = (runner: WindowRunner): Firings =>
  Object.fromEntries([...runner.settled].filter(([, firings]) => firings.length > 0));

const holdsInEveryWorld = (law: (world: World) => void): void =>
  fc.assert(fc.property(worlds, law), { numRuns: 500 });

function foldAll(runner: WindowRunner, delivery: Delivery): void {
  for (const match of matchesOf(delivery)) runner.fold(match);
}

describe('rules over the firings of rules', () => {
  test('settle as the sorted order does, whatever the order within the lateness and the batches', () => {
    holdsInEveryWorld((world) => {
      const runner = runnerOf(world);
      for (const delivery of arrivals(world)) {
        foldAll(runner, delivery);
        if (delivery.isCut) runner.take();
      }
      runner.finish();
      expect(runner.late).toBe(0);
      expect(settledOf(runner)).toEqual(expected(world));
    });
  });

  test('survive kills and restarts from shards of any age', () => {
    holdsInEveryWorld((world) => {
      const runner = runnerOf(world);
      for (const delivery of arrivals(world)) {
        foldAll(runner, delivery);
        if (!delivery.isCut) continue;
        const shards = matchesOf(delivery).map((match) => runner.shardOf(match));
        runner.take(delivery.isSnapshot ? [...shards, runner.shardOf(totalMatch)] : []);
        if (delivery.isKill) runner.restart();
      }
      runner.finish();
      expect(settledOf(runner)).toEqual(expected(world));
    });
  });

  test('are not changed by what was processed and comes again', () => {
    holdsInEveryWorld((world) => {
      const runner = runnerOf(world);
      const processed: Delivery[] = [];
      for (const delivery of arrivals(world)) {
        foldAll(runner, delivery);
        processed.push(delivery);
        if (!delivery.isCut) continue;
        runner.take();
        if (!delivery.isKill) continue;
        for (const again of processed) foldAll(runner, again);
        const { groups, delta } = runner.take();
        expect({ groups, delta }).toEqual({ groups: [], delta: null });
      }
      runner.finish();
      expect(settledOf(runner)).toEqual(expected(world));
    });
  });
});

const totalMatch: Match = {
  ruleId: 'total',
  group: { key: '[]', values: {} },
  event: {
    fields: {},
    timeMs: 0,
    timeOrigin: 'field',
    source: 'source',
    position: { topic: 'logs', partition: 0, offset: 0, index: 0 },
    weight: 1,
  },
};
