import type { AtomSet } from './signature-memo.ts';

/** So many values of a place are remembered, then all are forgotten. Longer texts are not: they hardly repeat. */
const valuesMax = 4_096;
const lengthMax = 1_024;

/**
 * Hits are counted over so many values; below a quarter the cache is left alone for a while. Where there are hardly any
 * at first, it does not take so many values to see that: keeping what is never asked for again is most of its cost.
 */
const trial = 2_048;
const firstLook = 256;

/** A cache is left alone for so many values at first, and for twice as many each time that it was in vain again. */
const pause = { least: 2_048, most: 65_536 };

/** Whether a value is one that is remembered. */
export const isRemembered = (value: unknown): boolean =>
  typeof value !== 'string' || value.length <= lengthMax;

/** What values of one place made true. Where values never repeat it switches itself off, and tries again later. */
export class ValueCache {
  readonly #values = new Map<unknown, AtomSet>();
  /** The value before: the next is often the same, and comparing costs less than hashing. */
  last: unknown;
  lastSet: AtomSet | undefined;
  #asked = 0;
  #found = 0;
  #idle = 0;
  #pause = pause.least;

  /** Undefined: not known. `value` is not undefined. */
  get(value: unknown): AtomSet | undefined {
    if (value === this.last) return this.lastSet;
    if (this.#idle > 0) {
      this.#idle -= 1;
      return undefined;
    }
    const set = this.#values.get(value);
    this.#asked += 1;
    if (set !== undefined) {
      this.#found += 1;
      this.last = value;
      this.lastSet = set;
    }
    if (this.#asked === firstLook || this.#asked >= trial) this.#judge();
    return set;
  }

  set(value: unknown, set: AtomSet): void {
    if (!isRemembered(value)) return;
    this.last = value;
    this.lastSet = set;
    if (this.#idle > 0) return;
    if (this.#values.size >= valuesMax) this.#values.clear();
    this.#values.set(value, set);
  }

  #judge(): void {
    const isFirst = this.#asked < trial;
    if (isFirst && this.#found * 32 >= this.#asked) return;
    if (this.#found * 4 >= this.#asked) this.#pause = pause.least;
    else {
      this.#idle = this.#pause;
      this.#pause = Math.min(pause.most, 2 * this.#pause);
      this.#values.clear();
    }
    this.#asked = 0;
    this.#found = 0;
  }
}
