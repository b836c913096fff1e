import type { Clock } from '../../shared/ports/clock.ts';
import type { Log } from '../../shared/ports/log.ts';

export interface OutageOptions {
  /** What is waited for, in words: `reading from Kafka at kafka:9093`. */
  readonly what: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** A hiccup shorter than this is nobody's business, in milliseconds. */
const sayAfterMs = 1_000;
const sayAgainAfterMs = 30_000;

/** Says, in one plain line and again every 30 seconds, that the broker is waited for and since when, and when it is back. */
export class Outage {
  readonly #options: OutageOptions;
  #sinceMs: number | undefined;
  #saidMs: number | undefined;
  #reason = '';
  #lastSignMs: number;

  constructor(options: OutageOptions) {
    this.#options = options;
    this.#lastSignMs = options.clock.nowMs();
  }

  /** Something failed, and nothing has worked since. */
  get isOngoing(): boolean {
    return this.#sinceMs !== undefined;
  }

  /** Something failed that may pass. */
  trouble(reason: string): void {
    const nowMs = this.#options.clock.nowMs();
    this.#sinceMs ??= nowMs;
    this.#reason = reason;
    this.#lastSignMs = nowMs;
  }

  /** The broker did what it was asked to. */
  well(): void {
    this.#lastSignMs = this.#options.clock.nowMs();
    if (this.#sinceMs === undefined) return;
    if (this.#saidMs !== undefined) {
      const { what, log } = this.#options;
      log.info(`${what} works again`, { awayMs: this.#lastSignMs - this.#sinceMs });
    }
    this.#sinceMs = undefined;
    this.#saidMs = undefined;
  }

  /** To be called about once a second: says what there is to say. */
  say(): void {
    if (this.#sinceMs === undefined) return;
    const nowMs = this.#options.clock.nowMs();
    const isDue =
      this.#saidMs === undefined
        ? nowMs - this.#sinceMs >= sayAfterMs
        : nowMs - this.#saidMs >= sayAgainAfterMs;
    if (!isDue) return;
    this.#saidMs = nowMs;
    this.#options.log.warn(`${this.#options.what} does not work now; waiting for it, nothing is lost`, {
      since: new Date(this.#sinceMs).toISOString(),
      waitedMs: nowMs - this.#sinceMs,
      reason: this.#reason,
    });
  }

  /** Milliseconds since the last sign of any kind, good or bad. */
  silentMs(): number {
    return this.#options.clock.nowMs() - this.#lastSignMs;
  }
}
