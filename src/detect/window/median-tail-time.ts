import type { GroupTable } from './group-table.ts';

/** The time below which half of the matches in tails lie: what settles early at the stage's cap. */
export function medianTailTime(table: GroupTable): number {
  const times = new Float64Array(table.tailMatches);
  let count = 0;
  for (const group of table.ids())
    for (let id = table.firstOf(group); id !== -1; id = table.slab.nextOf(id), count += 1)
      times[count] = table.slab.timeOf(id);
  return times.sort()[count >> 1] ?? Number.NEGATIVE_INFINITY;
}
