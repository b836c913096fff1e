import type { AtomSet } from './signature-memo.ts';

/** So many values of a place are remembered, then all are forgotten. Longer texts are not: they hardly repeat. */
const valuesMax = 4_096;
const lengthMax = 1_024;

/** Hits are counted over so many values; below a quarter the cache is left alone for so many more. */
const trial = 2_048;
const pause = 65_536;

/** What values of one place made true. Where values never repeat it switches itself off, and tries again later. */
export class ValueCache {
  readonly #values = new Map<unknown, AtomSet>();
  /** The value before: the next is often the same, and comparing costs less than hashing. */
  #last: unknown;
  #lastSet: AtomSet | undefined;
  #asked = 0;
  #found = 0;
  #idle = 0;

  /** Undefined: not known. `value` is not undefined. */
  get(value: unknown): AtomSet | undefined {
    if (value === this.#last) return this.#lastSet;
    if (this.#idle > 0) {
      this.#idle -= 1;
      return undefined;
    }
    const set = this.#values.get(value);
    this.#asked += 1;
    if (set !== undefined) {
      this.#found += 1;
      this.#last = value;
      this.#lastSet = set;
    }
    if (this.#asked >= trial) this.#judge();
    return set;
  }

  set(value: unknown, set: AtomSet): void {
    if (typeof value === 'string' && value.length > lengthMax) return;
    this.#last = value;
    this.#lastSet = set;
    if (this.#idle > 0) return;
    if (this.#values.size >= valuesMax) this.#values.clear();
    this.#values.set(value, set);
  }

  #judge(): void {
    if (this.#found * 4 < this.#asked) {
      this.#idle = pause;
      this.#values.clear();
    }
    this.#asked = 0;
    this.#found = 0;
  }
}
