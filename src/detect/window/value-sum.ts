import type { ValueMeasureSpec } from '../../shared/model/window-spec.ts';
import { addExactly, roundSum } from './exact-sum.ts';
import { compileNumber } from './number-value.ts';
import type { SlidingMeasure } from './sliding-measure.ts';

/** Numbers of an entry: time, sum of the values, how many. */
const entrySize = 3;

/** Entries of one group. */
const entriesMax = 2 ** 14;

interface SumOfValues {
  entries: number[];
  /** Entries before it have left the window. */
  head: number;
  /** The exact sum of the entries from `head` on, and how many values they are. */
  partials: number[];
  count: number;
}

/**
 * The sum of the numbers in the window, or their average. Exact sums, rounded once: O(1) a match but for the few
 * partial sums, and independent of order.
 *
 * Bound: 16,384 entries a group. At the bound pairs of the older half merge and leave the window together, at the later
 * time of the two: a sum then may still count what has just left, from the oldest merged entry alone.
 */
export function sumOfValues({ field, type }: ValueMeasureSpec): SlidingMeasure<SumOfValues> {
  const isAverage = type === 'value_avg';
  return {
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
    expire,
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

function expire(held: SumOfValues, cutoffMs: number): void {
  const { entries } = held;
  let { head } = held;
  while (head < entries.length && (entries[head] as number) <= cutoffMs) {
    addExactly(held.partials, -(entries[head + 1] as number));
    held.count -= entries[head + 2] as number;
    head += entrySize;
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
