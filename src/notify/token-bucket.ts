/** Tokens at a moment; a message takes one. */
export interface TokenBucket {
  readonly tokens: number;
  readonly atMs: number;
}

/** Starts full: the first message never waits. */
export const fullBucket = (ratePerSecond: number, nowMs: number): TokenBucket => ({
  tokens: capacity(ratePerSecond),
  atMs: nowMs,
});

/**
 * Takes a token if there is one; else says after how many milliseconds there will be. Holds one second's worth, one at
 * least. A clock that goes back gives nothing and takes nothing.
 */
export function takeToken(
  bucket: TokenBucket,
  { ratePerSecond, nowMs }: { ratePerSecond: number; nowMs: number },
): { readonly bucket: TokenBucket; readonly waitMs: number } {
  const passedMs = Math.max(0, nowMs - bucket.atMs);
  const tokens = Math.min(capacity(ratePerSecond), bucket.tokens + (passedMs / 1000) * ratePerSecond);
  if (tokens >= 1) return { bucket: { tokens: tokens - 1, atMs: nowMs }, waitMs: 0 };
  return { bucket: { tokens, atMs: nowMs }, waitMs: Math.ceil(((1 - tokens) / ratePerSecond) * 1000) };
}

const capacity = (ratePerSecond: number): number => Math.max(1, ratePerSecond);
