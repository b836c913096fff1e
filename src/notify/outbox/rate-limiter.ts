import { fullBucket, type TokenBucket, takeToken } from '../token-bucket.ts';

/** A token bucket that several lanes may share: those whose messages end up at one address. */
export class RateLimiter {
  readonly #ratePerSecond: number;
  #bucket: TokenBucket;

  constructor(ratePerSecond: number, nowMs: number) {
    this.#ratePerSecond = ratePerSecond;
    this.#bucket = fullBucket(ratePerSecond, nowMs);
  }

  /** Takes a token and gives 0, or says after how many milliseconds there will be one. */
  take(nowMs: number): number {
    const taken = takeToken(this.#bucket, { ratePerSecond: this.#ratePerSecond, nowMs });
    this.#bucket = taken.bucket;
    return taken.waitMs;
  }

  /**
   * The receiver has answered. It counts from when a message reached it, which may be as late as that: where there is no
   * room for two in a second, the next one follows a second behind the answer.
   */
  answered(nowMs: number): void {
    const { tokens, atMs } = this.#bucket;
    if (this.#ratePerSecond <= 1) this.#bucket = { tokens, atMs: Math.max(atMs, nowMs) };
  }
}
