import type { SlidingMeasure } from './sliding-measure.ts';

/** The rules that have a match in the window and the time of their last, the one longest without first. */
type DistinctRules = Map<number, number>;

/** Number of different rules that have a match in the window. O(1) for each rule a match is of. Bound: the rules named. */
export const distinctRules: SlidingMeasure<DistinctRules> = {
  init: () => new Map(),
  copy: (held) => new Map(held),
  add(held, { values, timeMs }) {
    for (const rule of values as readonly number[]) {
      held.delete(rule);
      held.set(rule, timeMs);
    }
  },
  expire(held, cutoffMs) {
    for (const [rule, lastMs] of held) {
      if (lastMs > cutoffMs) return;
      held.delete(rule);
    }
  },
  value: (held) => held.size,
  size: (held) => 2 * held.size,
  write: (held) => [...held],
  read: (written) => new Map(written as readonly (readonly [number, number])[]),
  valuesOf: ({ inputs }) => inputs ?? [],
};
