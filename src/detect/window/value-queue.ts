/** Numbers of an entry: the time, and the value. */
const entrySize = 2;

/** Values of the matches in a window, oldest first: pairs of time and value in one flat array. */
export interface ValueQueue {
  entries: number[];
  /** Those before it have left the window. */
  head: number;
}

export const noValues = (): ValueQueue => ({ entries: [], head: 0 });

export const copyValues = (queue: ValueQueue): ValueQueue => ({
  entries: queue.entries.slice(queue.head),
  head: 0,
});

/** How many values are held. */
export const valuesIn = ({ entries, head }: ValueQueue): number => (entries.length - head) / entrySize;

export function pushValue({ entries }: ValueQueue, timeMs: number, value: number): void {
  entries.push(timeMs, value);
}

/** The oldest value at or before the cutoff leaves, and is returned; undefined when there is none. */
export function shiftValue(queue: ValueQueue, cutoffMs: number): number | undefined {
  const { entries, head } = queue;
  if (head >= entries.length || (entries[head] as number) > cutoffMs) return undefined;
  const value = entries[head + 1] as number;
  queue.head = head + entrySize;
  if (queue.head === entries.length) {
    queue.entries = [];
    queue.head = 0;
  } else if (queue.head > 96 && queue.head * 2 > entries.length) {
    // Moved only when at least half is dead, so a value pays a constant share of it.
    entries.splice(0, queue.head);
    queue.head = 0;
  }
  return value;
}
