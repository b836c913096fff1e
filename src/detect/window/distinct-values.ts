import type { ValueCountSpec } from '../../shared/model/window-spec.ts';
import { type Needed, neededFor } from './late-bound.ts';
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
  const needed = neededFor(spec.condition);
  return {
    ...(needed?.side === 1 ? lateCount(needed) : {}),
    init: () => new RecentValues(),
    copy: (held) => held.copy(),
    add(held, { values, timeMs }) {
      if (typeof values !== 'string') return;
      held.see(values, timeMs);
      if (held.size > maxValues) held.removeOldest();
    },
    insert(held, { values, timeMs }) {
      if (typeof values !== 'string') return true;
      held.seeLate(values, timeMs);
      if (held.size > maxValues) held.removeOldest();
      return true;
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

/** A match brings one more value at most, to the windows it is in. */
const lateCount = ({ bound, isStrict }: Needed): Pick<SlidingMeasure<RecentValues>, 'level' | 'raised'> => ({
  // More than 1.6 values are at least 2.
  level: (held) => held.size - (isStrict ? Math.floor(bound) + 0.5 : bound),
  raised: ({ peak }, { values }) => (typeof values === 'string' ? peak + 1 : undefined),
});
