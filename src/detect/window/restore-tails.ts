import { eachAccepted, type WrittenAccepted } from './accepted-matches.ts';
import type { GroupFold } from './group-fold.ts';
import type { GroupTable } from './group-table.ts';
import type { SlabMatch } from './match-slab.ts';

/** Puts matches as they were written back into the tails of those groups whose keys count, without folding them. */
export function restoreTails(
  { table, groups }: { readonly table: GroupTable; readonly groups: GroupFold },
  written: WrittenAccepted,
  counts: (key: string) => boolean,
): void {
  const ids = written.keys.map((key) => (counts(key) ? table.of(key) : -1));
  const disordered = new Map<number, SlabMatch[]>();
  eachAccepted(written, (key, match) => {
    const group = ids[key] ?? -1;
    if (group === -1 || groups.restoreNext(group, match)) return;
    const known = disordered.get(group);
    if (known === undefined) disordered.set(group, [match]);
    else known.push(match);
  });
  for (const [group, matches] of disordered) groups.insert(group, matches);
}
