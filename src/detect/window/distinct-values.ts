import type { ValueCountSpec } from '../../shared/model/window-spec.ts';
import type { SlidingMeasure } from './sliding-measure.ts';
import { compileValueText } from './value-text.ts';
import { greatestBound } from './window-condition.ts';

/** The values in the window and when each was last seen, in that order: what leaves is always in front. */
export type DistinctValues = Map<string, number>;

/**
 * Number of distinct values of a field, or of tuples of several, compared as canonical JSON. O(1) a match.
 *
 * Bound: 16,384 values a group, or twice the greatest number of the condition if that is more (1,048,576 at most). At
 * the bound the value not seen for longest leaves early: the count stays at the bound, beyond every number of the
 * condition, so whether it holds stays exact.
 */
export function distinctValues(spec: ValueCountSpec): SlidingMeasure<DistinctValues> {
  const maxValues = Math.min(2 ** 20, Math.max(2 ** 14, 2 * (greatestBound(spec.condition) + 1)));
  return {
    init: () => new Map(),
    copy: (held) => new Map(held),
    add(held, { values, timeMs }) {
      if (typeof values !== 'string') return;
      held.delete(values);
      held.set(values, timeMs);
      if (held.size > maxValues) for (const oldest of held.keys()) if (held.delete(oldest)) break;
    },
    expire(held, cutoffMs) {
      for (const [value, lastMs] of held) {
        if (lastMs > cutoffMs) return;
        held.delete(value);
      }
    },
    value: (held) => held.size,
    size: (held) => 2 * held.size,
    write: (held) => [...held],
    read: (written) => new Map(written as readonly (readonly [string, number])[]),
    valuesOf: compileValueText(spec.field),
  };
}
