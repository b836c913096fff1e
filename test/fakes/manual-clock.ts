import type { Clock } from '../../src/shared/ports/clock.ts';

interface Sleeper {
  readonly dueMs: number;
  readonly wake: () => void;
}

/**
 * A clock that stands still until a test moves it, and while something is under way in the real world: what happens by
 * this clock is the same on every machine, however slow.
 */
export class ManualClock implements Clock {
  #nowMs: number;
  #sleepers: Sleeper[] = [];
  readonly #underWay = new Set<Promise<unknown>>();
  /** Turns of the event loop since something real was under way. */
  #quietTurns = 0;

  constructor(nowMs = Date.UTC(2026, 2, 1, 12)) {
    this.#nowMs = nowMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
    if (durationMs <= 0 || signal?.aborted === true) return Promise.resolve();
    return new Promise((resolve) => {
      const sleeper = { dueMs: this.#nowMs + durationMs, wake: resolve };
      this.#sleepers.push(sleeper);
      signal?.addEventListener('abort', () => {
        this.#sleepers = this.#sleepers.filter((one) => one !== sleeper);
        resolve();
      });
    });
  }

  /** Real work, such as a request to a server: no time passes by this clock until it has ended. */
  during<T>(work: Promise<T>): Promise<T> {
    const ended = work.finally(() => {
      this.#underWay.delete(ended);
      this.#quietTurns = 0;
    });
    this.#underWay.add(ended);
    this.#quietTurns = 0;
    return ended;
  }

  /** Lets time pass: who sleeps wakes in order, each at its own time, and what it does then is done before time goes on. */
  async pass(durationMs: number): Promise<void> {
    const untilMs = this.#nowMs + durationMs;
    await this.#settled();
    for (let next = this.#next(untilMs); next !== undefined; next = this.#next(untilMs)) {
      this.#nowMs = Math.max(this.#nowMs, next.dueMs);
      this.#sleepers = this.#sleepers.filter((one) => one !== next);
      next.wake();
      await this.#settled();
    }
    this.#nowMs = untilMs;
  }

  /** Everything that waits for real work, or only for promises, has gone as far as it can. */
  async #settled(): Promise<void> {
    this.#quietTurns = 0;
    while (this.#quietTurns < 12) {
      await Promise.allSettled(this.#underWay);
      await new Promise<void>((resolve) => setImmediate(resolve));
      this.#quietTurns += 1;
    }
  }

  #next(untilMs: number): Sleeper | undefined {
    return this.#sleepers.filter(({ dueMs }) => dueMs <= untilMs).sort((a, b) => a.dueMs - b.dueMs)[0];
  }
}
