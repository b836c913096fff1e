/** How long to wait before trying again. */
export interface BackOff {
  readonly baseMs: number;
  readonly capMs: number;
  /** A Retry-After is obeyed up to this; a longer one would let a receiver silence itself for good. */
  readonly afterCapMs: number;
}

/**
 * Exponential back-off with jitter: after the n-th failure in a row between half of `base * 2^(n-1)` and the whole,
 * at most `cap`. Where the receiver said when to come again that counts instead (half of `base` at least), with up to a
 * tenth more, so that those who wait do not all return at once. `random` is in [0, 1).
 */
export function backOffMs(
  { baseMs, capMs, afterCapMs }: BackOff,
  { failures, afterMs, random }: { failures: number; afterMs?: number; random: number },
): number {
  if (afterMs !== undefined)
    return Math.ceil(Math.max(baseMs / 2, Math.min(afterMs, afterCapMs)) * (1 + random / 10));
  const fullMs = Math.min(capMs, baseMs * 2 ** Math.min(30, Math.max(0, failures - 1)));
  return Math.ceil(fullMs / 2 + (fullMs / 2) * random);
}
