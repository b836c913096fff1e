import { comparePositions } from '../../shared/model/position.ts';
import type { GroupTable } from './group-table.ts';
import { nil, type SlabMatch } from './match-slab.ts';
import { TailLandmarks } from './tail-landmarks.ts';
import type { WindowKind, WindowValues } from './window-kind.ts';

/** A match, and the number of the one in the tail that it comes behind; nil where it comes first. */
export interface Placed<M> {
  readonly match: M;
  readonly after: number;
  /** Set where the tail has a match at this event already: its number, and what the two hold together. */
  readonly merged?: { readonly id: number; readonly values: WindowValues };
}

const inOrder = (a: SlabMatch, b: SlabMatch): number =>
  a.timeMs - b.timeMs || comparePositions(a.position, b.position);

type Merge = WindowKind<unknown>['merge'];

/**
 * Finds the places of matches in a group's tail, in order. A match that the tail has already, or that is given twice,
 * is left out, or merged where the kind of window does.
 */
export function placeInTail<M extends SlabMatch>(
  table: GroupTable,
  group: number,
  { matches, merge }: { readonly matches: readonly M[]; readonly merge: Merge },
): readonly Placed<M>[] {
  const sorted = distinct([...matches].sort(inOrder), merge);
  const places: Placed<M>[] = [];
  const landmarks = new TailLandmarks(table);
  let after = table.lastOf(group);
  for (let index = sorted.length - 1; index >= 0; index -= 1) {
    const match = sorted[index] as M;
    after = landmarks.seek(group, match, after);
    if (after === nil || table.slab.compare(match.timeMs, match.position, after) > 0)
      places.push({ match, after });
    else if (merge !== undefined) {
      const values = merge(table.slab.valuesOf(after), match.values);
      const merged = { id: after, values };
      if (values !== null) places.push({ match, after: table.slab.previousOf(after), merged });
    }
  }
  return places.reverse();
}

/** Of sorted matches at one event, one. */
function distinct<M extends SlabMatch>(sorted: readonly M[], merge: Merge): readonly M[] {
  const kept: M[] = [];
  for (const match of sorted) {
    const last = kept.at(-1);
    if (last === undefined || inOrder(last, match) !== 0) kept.push(match);
    else {
      const values = merge?.(last.values, match.values) ?? null;
      if (values !== null) kept[kept.length - 1] = { ...last, values };
    }
  }
  return kept;
}
