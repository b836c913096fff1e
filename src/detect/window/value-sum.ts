import type { ValueMeasureSpec } from '../../shared/model/window-spec.ts';
import { addExactly, roundSum } from './exact-sum.ts';
import { type LateBound, levelOf, type Needed, neededFor, raised, seeLevel } from './late-bound.ts';
import { compileNumber } from './number-value.ts';
import { placeInEntries } from './place-in-entries.ts';
import type { SlidingMeasure } from './sliding-measure.ts';

/** Numbers of an entry: time, sum of the values, how many. */
const entrySize = 3;

/** Entries of one group. */
const entriesMax = 2 ** 17;

interface SumOfValues {
  entries: number[];
  /** Entries before it have left the window. */
  head: number;
  /** The exact sum of the entries from `head` on, and how many values they are. */
  partials: number[];
  count: number;
}

/** How near windows with numbers of this sum are to firing, and by how much one number moves them. */
interface SumLevel {
  readonly of: (sum: number, count: number) => number;
  readonly gain: (value: number) => number;
}

/**
 * The sum of the numbers in the window, or their average. Exact sums, rounded once: O(1) a match but for the few
 * partial sums, and independent of order.
 *
 * An average reaches a bound where the numbers less the bound sum up to nothing: so a sum tells how far it is from that
 * as well, and a late number moves all windows it is in by the same.
 *
 * Bound: 131,072 entries a group. At the bound pairs of the older half merge and leave the window together, at the later
 * time of the two: a sum then may still count what has just left, from the oldest merged entry alone.
 */
export function sumOfValues({ field, type, condition }: ValueMeasureSpec): SlidingMeasure<SumOfValues> {
  const isAverage = type === 'value_avg';
  const needed = neededFor(condition);
  const level = needed === undefined ? undefined : sumLevel(needed, isAverage);
  return {
    ...(level === undefined ? {} : lateSum(level)),
    init: () => ({ entries: [], head: 0, partials: [], count: 0 }),
    copy: (held) => ({
      ...held,
      entries: held.entries.slice(held.head),
      head: 0,
      partials: [...held.partials],
    }),
    add(held, { timeMs, values }) {
      if (typeof values !== 'number') return;
      held.entries.push(timeMs, values, 1);
      held.count += 1;
      addExactly(held.partials, values);
      if ((held.entries.length - held.head) / entrySize > entriesMax) mergeOlderHalf(held);
    },
    expire: (held, cutoffMs, bound) => expire(held, cutoffMs, { bound, level }),
    value({ partials, count }) {
      if (count === 0) return undefined;
      return isAverage ? roundSum(partials) / count : roundSum(partials);
    },
    size: ({ entries, head }) => entries.length - head,
    write: ({ entries, head }) => entries.slice(head),
    read,
    valuesOf: compileNumber(field),
  };
}

const sumLevel = ({ side, bound }: Needed, isAverage: boolean): SumLevel => ({
  of: (sum, count) => levelOf(side, sum, isAverage ? bound * count : bound),
  gain: (value) => levelOf(side, value, isAverage ? bound : 0),
});

function lateSum(level: SumLevel): Pick<SlidingMeasure<SumOfValues>, 'level' | 'raised' | 'insert'> {
  return {
    level: ({ partials, count }) => (count === 0 ? undefined : level.of(roundSum(partials), count)),
    raised: (bound, { values }) =>
      typeof values === 'number' ? raised(bound, level.gain(values), level.of(values, 1)) : undefined,
    insert(held, { timeMs, values }) {
      // Among fewer than half there is none that was merged: those are the oldest.
      if ((held.entries.length - held.head) / entrySize >= entriesMax / 2) return false;
      const at = placeInEntries(held, timeMs, entrySize);
      held.entries.splice(at, 0, timeMs, values as number, 1);
      held.count += 1;
      addExactly(held.partials, values as number);
      return true;
    },
  };
}

function expire(
  held: SumOfValues,
  cutoffMs: number,
  { bound, level }: { readonly bound: LateBound; readonly level: SumLevel | undefined },
): void {
  const { entries } = held;
  let { head } = held;
  while (head < entries.length && (entries[head] as number) <= cutoffMs) {
    const sum = entries[head + 1] as number;
    const count = entries[head + 2] as number;
    addExactly(held.partials, -sum);
    held.count -= count;
    head += entrySize;
    if (held.count === 0) bound.hadGap = true;
    else if (level !== undefined) seeLevel(bound, level.of(roundSum(held.partials), held.count));
  }
  if (head === entries.length) {
    held.entries = [];
    head = 0;
  } else if (head > 96 && head * 2 > entries.length) {
    // Moved only when at least half is dead, so a match pays a constant share of it.
    entries.splice(0, head);
    head = 0;
  }
  held.head = head;
}

/** A merged sum is rounded: the whole is then the exact sum of what the entries say. */
function mergeOlderHalf(held: SumOfValues): void {
  const entries = held.entries.slice(held.head);
  const half = Math.floor(entries.length / entrySize / 4) * 2 * entrySize;
  const merged: number[] = [];
  for (let at = 0; at < half; at += 2 * entrySize) {
    const [, first = 0, firstCount = 0, timeMs = 0, second = 0, secondCount = 0] = entries.slice(at, at + 6);
    const sum = first + second;
    for (const number of [-first, -second, sum]) addExactly(held.partials, number);
    merged.push(timeMs, sum, firstCount + secondCount);
  }
  held.entries = merged.concat(entries.slice(half));
  held.head = 0;
}

function read(written: unknown): SumOfValues {
  const held: SumOfValues = { entries: [...(written as number[])], head: 0, partials: [], count: 0 };
  for (let at = 0; at < held.entries.length; at += entrySize) {
    addExactly(held.partials, held.entries[at + 1] as number);
    held.count += held.entries[at + 2] as number;
  }
  return held;
}
