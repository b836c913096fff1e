/**
 * A sum of doubles without error, as doubles that do not overlap, smallest first (Shewchuk 1997, "Adaptive Precision
 * Floating-Point Arithmetic", as Python's math.fsum has it). What was added can be taken away exactly, so a sliding
 * sum depends on what is in the window alone, never on what was there before, or on the order.
 * Numbers must be so small that no sum overflows.
 */
export function addExactly(partials: number[], number: number): void {
  let rest = number;
  let kept = 0;
  for (const partial of partials) {
    const [great, small] = Math.abs(rest) < Math.abs(partial) ? [partial, rest] : [rest, partial];
    const sum = great + small;
    const error = small - (sum - great);
    if (error !== 0) {
      partials[kept] = error;
      kept += 1;
    }
    rest = sum;
  }
  partials.length = kept;
  if (rest !== 0) partials.push(rest);
}

/** The double nearest to the exact sum; ties go to even. */
export function roundSum(partials: readonly number[]): number {
  let at = partials.length - 1;
  let sum = partials[at] ?? 0;
  let error = 0;
  while (at > 0 && error === 0) {
    at -= 1;
    const before = sum;
    const partial = partials[at] as number;
    sum = before + partial;
    error = partial - (sum - before);
  }
  // Half-way cases are decided by the sign of what lies below.
  const below = partials[at - 1] ?? 0;
  if (at > 0 && Math.sign(error) === Math.sign(below)) {
    const twice = error * 2;
    const up = sum + twice;
    if (twice === up - sum) sum = up;
  }
  return sum;
}
