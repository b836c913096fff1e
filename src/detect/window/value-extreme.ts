import type { ValueMeasureSpec } from '../../shared/model/window-spec.ts';
import { type LateBound, type Needed, neededFor, seeLevel } from './late-bound.ts';
import { compileNumber } from './number-value.ts';
import { placeInEntries } from './place-in-entries.ts';
import type { SlidingMeasure } from './sliding-measure.ts';

/** Values of one group. */
const valuesMax = 2 ** 14;

interface Extremes {
  /** Those that no later value beats, oldest and most extreme first; those before `head` have left the window. */
  times: number[];
  values: number[];
  head: number;
}

type Level = (value: number) => number;

/**
 * The least number in the window, or the greatest: a queue of those that no later one beats. O(1) a match.
 *
 * Bound: 16,384 values a group. At the bound pairs of the older half become the more extreme of the two with the later
 * time: it leaves the window late by at most the time between them.
 */
export function extremeOfValues({ field, type, condition }: ValueMeasureSpec): SlidingMeasure<Extremes> {
  const beats = type === 'value_min' ? (a: number, b: number) => a <= b : (a: number, b: number) => a >= b;
  const needed = neededFor(condition);
  const level = needed === undefined ? undefined : levelFor(needed);
  // A greater number lifts the greatest, and never the least; and the other way round.
  const isLifted = (needed?.side === 1) === (type === 'value_max');
  return {
    ...(level === undefined ? {} : lateExtreme({ level, isLifted, beats })),
    init: () => ({ times: [], values: [], head: 0 }),
    copy: ({ times, values, head }) => ({ times: times.slice(head), values: values.slice(head), head: 0 }),
    add(held, { timeMs, values: value }) {
      if (typeof value !== 'number') return;
      const { times, values, head } = held;
      while (values.length > head && beats(value, values.at(-1) as number)) {
        values.pop();
        times.pop();
      }
      times.push(timeMs);
      values.push(value);
      if (values.length - held.head > valuesMax) mergeOlderHalf(held);
    },
    expire: (held, cutoffMs, bound) => expire(held, cutoffMs, { bound, level }),
    value: ({ values, head }) => values[head],
    size: ({ values, head }) => 2 * (values.length - head),
    write: ({ times, values, head }) => [times.slice(head), values.slice(head)],
    read(written) {
      const [times, values] = written as readonly [readonly number[], readonly number[]];
      return { times: [...times], values: [...values], head: 0 };
    },
    valuesOf: compileNumber(field),
  };
}

const levelFor =
  ({ side, bound, isStrict }: Needed): Level =>
  (value) =>
    isStrict && value === bound ? -Number.MIN_VALUE : side * (value - bound);

function lateExtreme(of: {
  readonly level: Level;
  readonly isLifted: boolean;
  readonly beats: (a: number, b: number) => boolean;
}): Pick<SlidingMeasure<Extremes>, 'level' | 'raised' | 'insert'> {
  const { level, isLifted, beats } = of;
  return {
    level: ({ values, head }) => (head < values.length ? level(values[head] as number) : undefined),
    raised({ peak, hadGap }, { values }) {
      if (typeof values !== 'number') return undefined;
      return isLifted || hadGap ? Math.max(peak, level(values)) : peak;
    },
    insert(held, { timeMs, values: value }) {
      const { times, values } = held;
      if (typeof value !== 'number') return true;
      // Among fewer than half there is none that was merged: those are the oldest.
      if (values.length - held.head >= valuesMax / 2) return false;
      let to = placeInEntries({ entries: times, head: held.head }, timeMs, 1);
      if (to < values.length && beats(values[to] as number, value)) return true;
      const end = to;
      while (to > held.head && beats(value, values[to - 1] as number)) to -= 1;
      times.splice(to, end - to, timeMs);
      values.splice(to, end - to, value);
      return true;
    },
  };
}

function expire(
  held: Extremes,
  cutoffMs: number,
  { bound, level }: { readonly bound: LateBound; readonly level: Level | undefined },
): void {
  const { times, values } = held;
  let { head } = held;
  while (head < times.length && (times[head] as number) <= cutoffMs) {
    head += 1;
    if (head === times.length) bound.hadGap = true;
    else if (level !== undefined) seeLevel(bound, level(values[head] as number));
  }
  if (head > 32 && head * 2 > times.length) {
    // Moved only when at least half is dead, so a match pays a constant share of it.
    times.splice(0, head);
    held.values.splice(0, head);
    head = 0;
  }
  held.head = head;
}

function mergeOlderHalf(held: Extremes): void {
  const times = held.times.slice(held.head);
  const values = held.values.slice(held.head);
  const half = Math.floor(times.length / 4) * 2;
  // The earlier of a pair is the more extreme, or the later would have put it out.
  const isKept = (_: number, at: number): boolean => at >= half || at % 2 === 0;
  held.times = times.filter((_, at) => at >= half || at % 2 === 1);
  held.values = values.filter(isKept);
  held.head = 0;
}
