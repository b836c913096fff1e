import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Firing } from '../../src/shared/model/firing.ts';
import type { EventFields } from '../../src/shared/model/log-event.ts';
import type { Match } from '../../src/shared/model/match.ts';
import { comparePositions } from '../../src/shared/model/position.ts';
import type { WindowSpec } from '../../src/shared/model/window-spec.ts';
import type { Reference } from '../support/window-references.ts';
import { WindowRunner } from '../support/window-runner.ts';
import { matchOf, windowedRule } from '../support/windowed-rules.ts';

export interface WindowKindCase<S extends WindowSpec> {
  readonly name: string;
  readonly specs: fc.Arbitrary<S>;
  /** The fields of the events, where the kind reads any. */
  readonly fields?: fc.Arbitrary<EventFields>;
  /** Which events satisfy the numerator of a ratio. */
  readonly isNumerator?: (fields: EventFields) => boolean;
  /** Which of the rules that the window names an event is of. */
  readonly inputs?: (fields: EventFields) => readonly number[];
  readonly reference: Reference<S>;
}

/** A match, and by how much it comes too late. */
interface Delivery {
  readonly match: Match;
  readonly delayMs: number;
  /** The batch ends behind it. */
  readonly isCut: boolean;
  /** The process dies after that batch. */
  readonly isKill: boolean;
  /** After that batch the shard of this match's group is written. */
  readonly isSnapshot: boolean;
}

interface World<S> {
  readonly spec: S;
  readonly latenessMs: number;
  readonly deliveries: readonly Delivery[];
}

const startMs = 1_700_000_000_000;

/** How large a world is at the most. */
interface Extent {
  readonly spanMs: number;
  readonly latenessMs: number;
  readonly deliveries: { readonly minLength: number; readonly maxLength: number };
}

const short: Extent = { spanMs: 60, latenessMs: 25, deliveries: { minLength: 0, maxLength: 40 } };
/** Tails so long that the layer keeps checkpoints along them. */
const long: Extent = { spanMs: 500, latenessMs: 400, deliveries: { minLength: 150, maxLength: 250 } };

function worlds<S extends WindowSpec>(
  { specs, fields, isNumerator, inputs }: WindowKindCase<S>,
  extent: Extent,
): fc.Arbitrary<World<S>> {
  const delivery = fc.record({
    timeMs: fc.nat(extent.spanMs),
    name: fc.constantFrom('a', 'b'),
    partition: fc.nat(2),
    weight: fc.constantFrom(1, 1, 1, 3),
    fields: fields ?? fc.constant({}),
    delay: fc.nat(100),
    isCut: fc.boolean(),
    isKill: fc.constantFrom(false, false, true),
    isSnapshot: fc.boolean(),
  });
  return fc
    .record({
      spec: specs,
      latenessMs: fc.nat(extent.latenessMs),
      deliveries: fc.array(delivery, { ...extent.deliveries, size: 'max' }),
    })
    .map(({ spec, latenessMs, deliveries }) => ({
      spec,
      latenessMs,
      deliveries: deliveries.map(({ delay, isCut, isKill, isSnapshot, ...words }, offset) => ({
        match: {
          ...matchOf({ ...words, offset, timeMs: startMs + words.timeMs }),
          ...(isNumerator?.(words.fields) === true ? { isNumerator: true } : {}),
          ...(inputs === undefined ? {} : { inputs: inputs(words.fields) }),
        },
        delayMs: Math.floor((delay * latenessMs) / 100),
        isCut,
        isKill,
        isSnapshot,
      })),
    }));
}

const inOrder = (a: Match, b: Match): number =>
  a.event.timeMs - b.event.timeMs || comparePositions(a.event.position, b.event.position);

/** The order in which they arrive: none comes behind one that is more than the lateness younger. */
const arrivals = ({ deliveries }: World<unknown>): readonly Delivery[] =>
  [...deliveries].sort((a, b) => a.match.event.timeMs + a.delayMs - (b.match.event.timeMs + b.delayMs));

const runnerOf = ({ spec, latenessMs }: World<WindowSpec>): WindowRunner =>
  new WindowRunner({ rules: [windowedRule(spec)], latenessMs });

/** Every group's firings by the reference; groups without any are left out. */
function expected<S extends WindowSpec>(
  world: World<S>,
  reference: Reference<S>,
): Record<string, readonly Firing[]> {
  const sorted = world.deliveries.map(({ match }) => match).sort(inOrder);
  const lastMs = sorted.at(-1)?.event.timeMs ?? 0;
  const groups = [...Map.groupBy(sorted, ({ group }) => `rule|${group.key}`)].map(
    ([name, matches]) =>
      [
        name,
        reference(
          world.spec,
          matches.map(({ event }) => event),
          { firstMs: sorted[0]!.event.timeMs, lastMs },
        ),
      ] as const,
  );
  return Object.fromEntries(groups.filter(([, firings]) => firings.length > 0));
}

const settledOf = (runner: WindowRunner): Record<string, unknown> =>
  Object.fromEntries([...runner.settled].filter(([, firings]) => firings.length > 0));

/** What settled, and what may yet change. */
const toldBy = (runner: WindowRunner): Record<string, readonly Firing[]> =>
  Object.fromEntries(
    [...new Set([...runner.settled.keys(), ...runner.tails.keys()])].map((name) => [
      name,
      [...(runner.settled.get(name) ?? []), ...(runner.tails.get(name) ?? [])],
    ]),
  );

/** What happens at deadlines is told when it settles, and so is not told of what has arrived. */
const atMatches = (firings: Record<string, readonly Firing[]>): Record<string, readonly Firing[]> =>
  Object.fromEntries(
    Object.entries(firings)
      .map(([name, each]) => [name, each.filter(({ position }) => position !== null)] as const)
      .filter(([, each]) => each.length > 0),
  );

/**
 * The laws of windows (docs/semantics.md), for one kind: what settles is what the reference computes from all events
 * sorted, whatever the order within the lateness, the cuts into batches, the kills and restarts, and the repeats.
 */
export function windowKindContract<S extends WindowSpec>(kind: WindowKindCase<S>): void {
  const holdsInEveryWorld = (law: (world: World<S>) => void): void =>
    fc.assert(fc.property(worlds(kind, short), law), { numRuns: 300 });

  describe(`window kind: ${kind.name}`, () => {
    test('any order within the lateness settles as the sorted order does', () => {
      holdsInEveryWorld((world) => {
        const runner = runnerOf(world);
        for (const { match } of arrivals(world)) {
          runner.fold(match);
          runner.take();
        }
        runner.finish();
        expect(runner.late).toBe(0);
        expect(settledOf(runner)).toEqual(expected(world, kind.reference));
      });
    });

    test('any cut into batches settles the same', () => {
      holdsInEveryWorld((world) => {
        const runner = runnerOf(world);
        for (const { match, isCut } of arrivals(world)) {
          runner.fold(match);
          if (isCut) runner.take();
        }
        runner.finish();
        expect(settledOf(runner)).toEqual(expected(world, kind.reference));
      });
    });

    test('kills and restarts from shards of any age settle the same', () => {
      holdsInEveryWorld((world) => {
        const runner = runnerOf(world);
        for (const { match, isCut, isKill, isSnapshot } of arrivals(world)) {
          runner.fold(match);
          if (!isCut) continue;
          runner.take(isSnapshot ? [runner.shardOf(match)] : []);
          if (isKill) runner.restart();
        }
        runner.finish();
        expect(settledOf(runner)).toEqual(expected(world, kind.reference));
      });
    });

    test('long tails, with kills, settle the same', () => {
      const law = (world: World<S>): void => {
        const runner = runnerOf(world);
        for (const { match, isCut, isKill, isSnapshot } of arrivals(world)) {
          runner.fold(match);
          if (!isCut) continue;
          runner.take(isSnapshot ? [runner.shardOf(match)] : []);
          if (isKill && isSnapshot) runner.restart();
        }
        runner.finish();
        expect(settledOf(runner)).toEqual(expected(world, kind.reference));
      };
      fc.assert(fc.property(worlds(kind, long), law), { numRuns: 3 });
    });

    test('replaying what was processed changes nothing', () => {
      holdsInEveryWorld((world) => {
        const runner = runnerOf(world);
        const processed: Match[] = [];
        for (const { match, isCut, isKill } of arrivals(world)) {
          runner.fold(match);
          processed.push(match);
          if (!isCut) continue;
          runner.take();
          if (!isKill) continue;
          for (const again of processed) runner.fold(again);
          const { groups, delta } = runner.take();
          expect({ groups, delta }).toEqual({ groups: [], delta: null });
        }
        runner.finish();
        expect(settledOf(runner)).toEqual(expected(world, kind.reference));
      });
    });

    test('what is told at any moment is what follows from what has arrived', () => {
      const law = (world: World<S>): void => {
        const runner = runnerOf(world);
        const all = arrivals(world);
        for (const [at, { match, isKill }] of all.entries()) {
          runner.fold(match);
          runner.take(isKill ? [runner.shardOf(match)] : []);
          if (isKill) runner.restart();
          const arrived = { ...world, deliveries: all.slice(0, at + 1) };
          expect(atMatches(toldBy(runner))).toEqual(atMatches(expected(arrived, kind.reference)));
        }
      };
      fc.assert(fc.property(worlds(kind, short), law), { numRuns: 25 });
    });

    test('a match in order fires at once', () => {
      holdsInEveryWorld((world) => {
        const runner = runnerOf(world);
        const sorted = world.deliveries.map(({ match }) => match).sort(inOrder);
        const known: Match[] = [];
        for (const match of sorted) {
          runner.fold(match);
          known.push(match);
          const events = known.filter(({ group }) => group.key === match.group.key).map(({ event }) => event);
          const firings = kind.reference(world.spec, events, {
            firstMs: known[0]!.event.timeMs,
            lastMs: match.event.timeMs,
          });
          const atMatch = firings.filter(({ position }) => position === match.event.position);
          const fired = runner.take().groups.flatMap((group) => group.fired);
          expect(fired.filter(({ firing }) => firing.position !== null)).toEqual(
            atMatch.map((firing) => ({ firing, event: match.event })),
          );
        }
      });
    });
  });
}
