import type { GroupSettling } from './group-settling.ts';
import type { GroupTable } from './group-table.ts';

/**
 * Past so many groups those whose newest match is oldest leave, of those of one time by their keys: a sixteenth of the
 * cap at a time, so that looking for them costs each new group a constant share. Returns the keys of those that left.
 */
export function evictOldest(
  table: GroupTable,
  settling: GroupSettling,
  maxGroups: number,
): readonly string[] {
  const { keys } = table;
  if (keys.size <= maxGroups) return [];
  const byAge = [...table.ids()]
    .map((group) => ({ group, key: keys.keyOf(group), newestMs: settling.newestMs(group) }))
    .sort((a, b) => a.newestMs - b.newestMs || (a.key < b.key ? -1 : 1));
  const leaving = byAge.slice(0, keys.size - maxGroups + Math.floor(maxGroups / 16));
  for (const { group } of leaving) table.remove(group);
  return leaving.map(({ key }) => key);
}
