import { comparePositions } from '../../shared/model/position.ts';
import type { GroupTable } from './group-table.ts';
import { nil, type SlabMatch } from './match-slab.ts';

/** A match, and the number of the one in the tail that it comes behind; nil where it comes first. */
export interface Placed<M> {
  readonly match: M;
  readonly after: number;
}

const inOrder = (a: SlabMatch, b: SlabMatch): number =>
  a.timeMs - b.timeMs || comparePositions(a.position, b.position);

/**
 * Finds the places of matches in a group's tail, in order. A match that the tail has already, or that is given twice,
 * is left out. Walks back from the end of the tail once, so it costs the depth at which the earliest belongs.
 */
export function placeInTail<M extends SlabMatch>(
  table: GroupTable,
  group: number,
  matches: readonly M[],
): readonly Placed<M>[] {
  const sorted = [...matches].sort(inOrder);
  const places: Placed<M>[] = [];
  let after = table.lastOf(group);
  for (let index = sorted.length - 1; index >= 0; index -= 1) {
    const match = sorted[index] as M;
    const later = sorted[index + 1];
    if (later !== undefined && inOrder(match, later) === 0) continue;
    let order = 1;
    while (after !== nil) {
      order = table.slab.compare(match.timeMs, match.position, after);
      if (order >= 0) break;
      after = table.slab.previousOf(after);
    }
    if (after === nil || order > 0) places.push({ match, after });
  }
  return places.reverse();
}
