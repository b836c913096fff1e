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
  #asked = 0;
  #found = 0;
  #idle = 0;

  /** Undefined: not known. */
  get(value: unknown): AtomSet | undefined {
    if (this.#idle > 0) {
      this.#idle -= 1;
      return undefined;
    }
    const set = this.#values.get(value);
    this.#asked += 1;
    if (set !== undefined) this.#found += 1;
    if (this.#asked >= trial) this.#judge();
    return set;
  }

  set(value: unknown, set: AtomSet): void {
    if (this.#idle > 0 || (typeof value === 'string' && value.length > lengthMax)) return;
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
