/** How long to wait before trying again. */
export interface BackOff {
  readonly baseMs: number;
  readonly capMs: number;
  /** A Retry-After is obeyed up to this; a longer one would let a receiver silence itself for good. */
  readonly afterCapMs: number;
}

/** How far those who were told to wait are spread. */
const spreadMs = 999;

/**
 * Exponential back-off with jitter: after the n-th failure in a row between half of `base * 2^(n-1)` and the whole,
 * at most `cap`. Where the receiver said when to come again that counts instead, to the second (half of `base` at least):
 * never less, and less than a second more, so that those who wait do not all return at once. `random` is in [0, 1).
 */
export function backOffMs(
  { baseMs, capMs, afterCapMs }: BackOff,
  { failures, afterMs, random }: { failures: number; afterMs?: number; random: number },
): number {
  if (afterMs !== undefined) {
    const askedMs = Math.max(baseMs / 2, Math.min(afterMs, afterCapMs));
    return Math.ceil(askedMs + random * Math.min(askedMs / 10, spreadMs));
  }
  const fullMs = Math.min(capMs, baseMs * 2 ** Math.min(30, Math.max(0, failures - 1)));
  return Math.ceil(fullMs / 2 + (fullMs / 2) * random);
}
