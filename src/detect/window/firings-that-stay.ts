import type { WindowSpec } from '../../shared/model/window-spec.ts';
import { isLowerBound, isUpperBound } from './window-condition.ts';

/**
 * True where no late match takes a firing of such a window away: a match more is a greater count, a further rule, or a
 * number further out, and nothing else. So those who are told of a firing before it is settled need never be told that it
 * was none.
 */
export function firingsStay(spec: WindowSpec): boolean {
  if ('reset' in spec && spec.reset) return false;
  switch (spec.type) {
    case 'event_count':
    case 'value_count':
    case 'value_max':
      return isLowerBound(spec.condition);
    case 'value_min':
      return isUpperBound(spec.condition);
    case 'temporal':
    case 'temporal_ordered':
      return spec.condition === undefined
        ? spec.sequences.every(({ none }) => none.length === 0)
        : isLowerBound(spec.condition);
    default:
      return false;
  }
}
