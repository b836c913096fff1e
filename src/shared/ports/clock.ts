/** The wall clock, and waiting by it. Only the edge has one. Contract suite: test/contracts/clock.ts. */
export interface Clock {
  /** Milliseconds since the epoch. */
  nowMs(): number;
  /** Resolves after that long, or at once when the signal aborts; never rejects. */
  sleep(durationMs: number, signal?: AbortSignal): Promise<void>;
}
