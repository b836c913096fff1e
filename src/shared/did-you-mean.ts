/** The candidate closest to what was written, if it is close enough to have been meant (edit distance, after graphql-js). */
export function didYouMean(written: string, candidates: readonly string[]): string | undefined {
  const limit = Math.max(1, Math.floor(written.length * 0.4));
  let best: string | undefined;
  let bestDistance = limit + 1;
  for (const candidate of candidates) {
    const [a, b] = [written.toLowerCase(), candidate.toLowerCase()];
    // So many characters must be added or taken away at the least.
    if (Math.abs(a.length - b.length) >= bestDistance) continue;
    const distance = editDistance(a, b);
    // Nothing of it left is no misspelling.
    const isOther = distance >= Math.max(a.length, b.length);
    if (distance < bestDistance && !isOther) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** Optimal string alignment: an insertion, deletion, replacement, or swap of two neighbours costs one each. */
function editDistance(a: string, b: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const current = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swapped = isSwapped ? (beforePrevious[j - 2] ?? 0) + 1 : replaced;
      current.push(Math.min(replaced, swapped, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1));
    }
    [beforePrevious, previous] = [previous, current];
  }
  return previous[b.length] ?? 0;
}
