/** Lets a message through once in a while: what lasts is said again, but not at every attempt. */
export class Reminder {
  readonly #everyMs: number;
  #saidMs = Number.NEGATIVE_INFINITY;
  #sinceMs: number | null = null;

  constructor(everyMs = 60_000) {
    this.#everyMs = everyMs;
  }

  /** Whether it is time to say it again; remembers since when it has lasted. */
  isDue(nowMs: number): boolean {
    this.#sinceMs ??= nowMs;
    if (nowMs - this.#saidMs < this.#everyMs) return false;
    this.#saidMs = nowMs;
    return true;
  }

  /** It is over: how long it lasted, milliseconds, or null if nothing was the matter. */
  over(nowMs: number): number | null {
    if (this.#sinceMs === null) return null;
    const lastedMs = nowMs - this.#sinceMs;
    this.#sinceMs = null;
    this.#saidMs = Number.NEGATIVE_INFINITY;
    return lastedMs;
  }
}
