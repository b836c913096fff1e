/** What is still to be done before all has settled. */
export interface Left {
  /** Records worked on. */
  readonly read: number;
  readonly outbox: number;
  /** Incidents that are not final. */
  readonly live: number;
  /** Wishes of persons that nobody has answered. */
  readonly waiting: number;
}

/** Longer than this without any change, and it hangs. */
export const standstillMs = 300_000;
/** Longer than this without less to do than ever before, and it does the same again and again. */
export const endlessMs = 900_000;

/** Says of a process that is to come to an end whether it still may. Knows no clock. */
export class Patience {
  #best: Left | undefined;
  #last = '';
  #betterMs = 0;
  #otherMs = 0;

  /** To be told again and again what is left; false: it will never be done. */
  hasFor(left: Left, nowMs: number): boolean {
    if (this.#best === undefined || isLess(left, this.#best)) {
      this.#best = lesser(left, this.#best ?? left);
      this.#betterMs = nowMs;
    }
    const now = JSON.stringify(left);
    if (now !== this.#last) this.#otherMs = nowMs;
    this.#last = now;
    return nowMs - this.#otherMs <= standstillMs && nowMs - this.#betterMs <= endlessMs;
  }
}

/** Less to do in any respect: what is only done again and again is no progress. */
const isLess = (a: Left, b: Left): boolean =>
  a.read > b.read || a.outbox < b.outbox || a.live < b.live || a.waiting < b.waiting;

const lesser = (a: Left, b: Left): Left => ({
  read: Math.max(a.read, b.read),
  outbox: Math.min(a.outbox, b.outbox),
  live: Math.min(a.live, b.live),
  waiting: Math.min(a.waiting, b.waiting),
});
