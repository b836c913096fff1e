import type { ValueCountSpec } from '../../shared/model/window-spec.ts';
import { RecentValues } from './recent-values.ts';
import type { SlidingMeasure } from './sliding-measure.ts';
import { compileValueText } from './value-text.ts';
import { greatestBound } from './window-condition.ts';

/**
 * Number of distinct values of a field, or of tuples of several, compared as canonical JSON. O(1) a match.
 *
 * Bound: 16,384 values a group, or twice the greatest number of the condition if that is more (1,048,576 at most). At
 * the bound the value not seen for longest leaves early: the count stays at the bound, beyond every number of the
 * condition, so whether it holds stays exact.
 */
export function distinctValues(spec: ValueCountSpec): SlidingMeasure<RecentValues> {
  const maxValues = Math.min(2 ** 20, Math.max(2 ** 14, 2 * (greatestBound(spec.condition) + 1)));
  return {
    init: () => new RecentValues(),
    copy: (held) => held.copy(),
    add(held, { values, timeMs }) {
      if (typeof values !== 'string') return;
      held.see(values, timeMs);
      if (held.size > maxValues) held.removeOldest();
    },
    addLate(held, { values, timeMs }, isInWindow) {
      if (typeof values !== 'string') return 0;
      if (isInWindow) held.seeLate(values, timeMs);
      if (held.size > maxValues) held.removeOldest();
      return 1;
    },
    expire: (held, cutoffMs) => held.expire(cutoffMs),
    value: (held) => held.size,
    size: (held) => 2 * held.size,
    write: (held) => held.sightings().map(([value, lastMs]) => [value, lastMs]),
    read: (written) =>
      RecentValues.of(
        (written as readonly (readonly [string, number])[]).map(([value, lastMs]) => [
          value,
          lastMs,
          Number.NEGATIVE_INFINITY,
        ]),
      ),
    valuesOf: compileValueText(spec.field),
  };
}
