import type { ValuePercentileSpec } from '../../shared/model/window-spec.ts';
import { BucketSketch } from './bucket-sketch.ts';
import { neededFor, raised, seeLevel } from './late-bound.ts';
import { compileNumber } from './number-value.ts';
import { placeInEntries } from './place-in-entries.ts';
import type { SlidingMeasure } from './sliding-measure.ts';
import { SortedValues } from './sorted-values.ts';
import { copyValues, noValues, pushValue, shiftValue, type ValueQueue, valuesIn } from './value-queue.ts';

/** Up to so many values in the window a percentile is exact. */
const exactMax = 4_096;

/** The most values of one group. */
const valuesMax = 2 ** 18;

interface RankedValues {
  queue: ValueQueue;
  /** How many values are on the side of the bound on which the percentile has to be. */
  beyond: number;
  /** The queue's values by rank. Which of the two it is depends on their number alone; null: to be made. */
  ranks: SortedValues | BucketSketch | null;
}

/**
 * A percentile of the numbers in the window, by linear interpolation between closest ranks (type 7 of Hyndman and Fan
 * 1996). Exact up to 4,096 values; beyond, the ranks come from a sketch and are within 1 % of their true values.
 *
 * Bound: 262,144 values a group (4 MB). At the bound the oldest leave early: the percentile is of the newest.
 */
export function percentileOfValues(spec: ValuePercentileSpec): SlidingMeasure<RankedValues> {
  const { field, percentile } = spec;
  const late = lateValues(spec);
  const isBeyond = late?.isBeyond ?? ((): boolean => false);
  const removeOldest = (held: RankedValues, cutoffMs: number): boolean => {
    const value = shiftValue(held.queue, cutoffMs);
    if (value === undefined) return false;
    held.ranks?.remove(value);
    if (isBeyond(value)) held.beyond -= 1;
    if (valuesIn(held.queue) === exactMax) held.ranks = null;
    return true;
  };
  return {
    ...late?.measure,
    init: () => ({ queue: noValues(), beyond: 0, ranks: null }),
    copy: ({ queue, beyond, ranks }) => ({ queue: copyValues(queue), beyond, ranks: ranks?.copy() ?? null }),
    add(held, { timeMs, values }) {
      if (typeof values !== 'number') return;
      pushValue(held.queue, timeMs, values);
      countIn(held, values, isBeyond);
      if (valuesIn(held.queue) > valuesMax) removeOldest(held, Number.POSITIVE_INFINITY);
    },
    expire(held, cutoffMs, bound) {
      while (removeOldest(held, cutoffMs)) {
        const level = late?.measure.level(held);
        if (level === undefined) bound.hadGap = true;
        else seeLevel(bound, level);
      }
    },
    value(held) {
      const count = valuesIn(held.queue);
      if (count === 0) return undefined;
      held.ranks ??= ranksOf(held.queue);
      return interpolate(held.ranks, ((count - 1) * percentile) / 100);
    },
    size: ({ queue }) => 2 * valuesIn(queue),
    write: ({ queue }) => queue.entries.slice(queue.head),
    read(written) {
      const entries = [...(written as number[])];
      const beyond = entries.filter((value, at) => at % 2 === 1 && isBeyond(value)).length;
      return { queue: { entries, head: 0 }, beyond, ranks: null };
    },
    valuesOf: compileNumber(field),
  };
}

/** A value that is in the queue is counted by its rank, too. */
function countIn(held: RankedValues, value: number, isBeyond: (value: number) => boolean): void {
  held.ranks?.add(value);
  if (isBeyond(value)) held.beyond += 1;
  if (valuesIn(held.queue) === exactMax + 1) held.ranks = null;
}

function ranksOf({ entries, head }: ValueQueue): SortedValues | BucketSketch {
  const values = entries.slice(head).filter((_, at) => at % 2 === 1);
  if (values.length <= exactMax) return SortedValues.of(values);
  const sketch = new BucketSketch();
  for (const value of values) sketch.add(value);
  return sketch;
}

function interpolate(ranks: SortedValues | BucketSketch, rank: number): number {
  const low = Math.floor(rank);
  const lower = ranks.at(low);
  if (low === rank) return lower;
  const upper = ranks.at(low + 1);
  // Rounding must not lead beyond the two.
  return Math.min(Math.max(lower + (rank - low) * (upper - lower), lower), upper);
}

/** Beyond this and below 100 a percentile is too near to the greatest value to count ranks in doubles. */
const countablePercentileMax = 99.999_999;

interface LateValues {
  /** Whether a value is on the side of the bound on which the percentile has to be, as the sketch may see it. */
  readonly isBeyond: (value: number) => boolean;
  readonly measure: Required<Pick<SlidingMeasure<RankedValues>, 'level' | 'raised' | 'insert'>>;
}

/**
 * A percentile is at least a bound only where so many values are that the upper of its two ranks is one of them; and at
 * most a bound only where so many are that the lower one is. One more value adds at most one to those, and never lowers
 * the number of those that are needed.
 */
function lateValues({ percentile, condition }: ValuePercentileSpec): LateValues | undefined {
  const needed = neededFor(condition);
  if (needed === undefined || (percentile > countablePercentileMax && percentile < 100)) return undefined;
  const { side } = needed;
  // The sketch is off by one in a hundred of a value at most.
  const bound = needed.bound - side * (0.02 * Math.abs(needed.bound) + 1e-299);
  const isBeyond = (value: number): boolean => side * (value - bound) >= 0;
  const levelOf = (beyond: number, count: number): number => {
    const rank = ((count - 1) * percentile) / 100;
    return beyond - (side === 1 ? count - Math.ceil(rank) : Math.floor(rank) + 1);
  };
  return {
    isBeyond,
    measure: {
      level: ({ queue, beyond }) => (valuesIn(queue) === 0 ? undefined : levelOf(beyond, valuesIn(queue))),
      raised(late, { values }) {
        if (typeof values !== 'number') return undefined;
        const gain = isBeyond(values) ? 1 : 0;
        return raised(late, gain, gain - 1);
      },
      insert(held, { timeMs, values }) {
        if (valuesIn(held.queue) >= valuesMax) return false;
        const at = placeInEntries(held.queue, timeMs, 2);
        held.queue.entries.splice(at, 0, timeMs, values as number);
        countIn(held, values as number, isBeyond);
        return true;
      },
    },
  };
}
