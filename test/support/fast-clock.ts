import type { Clock } from '../../src/shared/ports/clock.ts';

/** The wall clock, but so many times as fast: minutes of pauses pass in seconds. */
export class FastClock implements Clock {
  readonly #startMs = Date.now();
  readonly #times: number;

  constructor(times: number) {
    this.#times = times;
  }

  nowMs(): number {
    return this.#startMs + (Date.now() - this.#startMs) * this.#times;
  }

  sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
    if (durationMs <= 0 || signal?.aborted === true) return Promise.resolve();
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, durationMs / this.#times);
      signal?.addEventListener('abort', end);
    });
  }
}
