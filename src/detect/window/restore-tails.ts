import { eachAccepted } from './accepted-matches.ts';
import type { ByteReader } from './byte-reader.ts';
import type { GroupFold } from './group-fold.ts';
import type { SlabMatch } from './match-slab.ts';

/**
 * Puts matches as they were written back into the tails, without folding them. `ids`: the group's number in the table by its place
 * among the keys; -1 for those that do not count.
 */
export function restoreTails(groups: GroupFold, ids: ArrayLike<number>, from: ByteReader): void {
  const disordered = new Map<number, SlabMatch[]>();
  eachAccepted(from, (place, match) => {
    const group = ids[place] ?? -1;
    if (group === -1 || groups.restoreNext(group, match)) return;
    const known = disordered.get(group);
    const kept = { ...match, position: { ...match.position } };
    if (known === undefined) disordered.set(group, [kept]);
    else known.push(kept);
  });
  for (const [group, matches] of disordered) groups.insert(group, matches);
}
