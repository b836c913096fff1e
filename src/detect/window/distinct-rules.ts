import type { WindowCondition } from '../../shared/model/window-spec.ts';
import { neededFor } from './late-bound.ts';
import type { SlidingMeasure } from './sliding-measure.ts';

/** The rules that have a match in the window and the time of their last, the one longest without first. */
type DistinctRules = Map<number, number>;

const rulesMeasure: SlidingMeasure<DistinctRules> = {
  init: () => new Map(),
  copy: (held) => new Map(held),
  add(held, { values, timeMs }) {
    for (const rule of values as readonly number[]) {
      held.delete(rule);
      held.set(rule, timeMs);
    }
  },
  insert(held, { values, timeMs }) {
    for (const rule of values as readonly number[])
      if ((held.get(rule) ?? Number.NEGATIVE_INFINITY) < timeMs) held.set(rule, timeMs);
    const byAge = [...held].sort(([, a], [, b]) => a - b);
    held.clear();
    for (const [rule, lastMs] of byAge) held.set(rule, lastMs);
    return true;
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

/**
 * Number of different rules that have a match in the window. O(1) for each rule a match is of, and O(rules) where it is
 * late. Bound: the rules named.
 */
export function distinctRules(condition: WindowCondition): SlidingMeasure<DistinctRules> {
  const needed = neededFor(condition);
  if (needed?.side !== 1) return rulesMeasure;
  const bound = needed.isStrict ? Math.floor(needed.bound) + 0.5 : needed.bound;
  return {
    ...rulesMeasure,
    level: (held) => held.size - bound,
    raised: ({ peak }, { values }) => peak + (values as readonly number[]).length,
  };
}
