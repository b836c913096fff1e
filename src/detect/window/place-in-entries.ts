/** Where an entry of this time belongs among entries of so many numbers, the first of which is the time: behind equals. */
export function placeInEntries(
  { entries, head }: { readonly entries: readonly number[]; readonly head: number },
  timeMs: number,
  entrySize: number,
): number {
  let low = head / entrySize;
  let high = entries.length / entrySize;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((entries[middle * entrySize] as number) <= timeMs) low = middle + 1;
    else high = middle;
  }
  return low * entrySize;
}
