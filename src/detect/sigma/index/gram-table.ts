/** Multiplicative hashing (Knuth, "The Art of Computer Programming", volume 3, 6.4), by the golden ratio. */
const golden = 0x9e37_79b1 | 0;

/** A table begins with two to the power of so many cells, and is at most half full. */
const bitsMin = 4;

/**
 * Numbers above 0 by gram, in one array with linear probing (Knuth, as above): finding one takes one place of memory, where a
 * Map takes several, and between two events most of them have left the processor's caches. No gram is 0.
 */
export class GramTable {
  /** A gram, then its number; 0 and 0 where there is none. */
  #cells = new Int32Array(2 << bitsMin);
  #shift = 32 - bitsMin;
  #size = 0;

  /** Makes it the same as another. */
  copy(other: GramTable): void {
    this.#cells = other.#cells.slice();
    this.#shift = other.#shift;
    this.#size = other.#size;
  }

  /** 0 where there is none. */
  get(gram: number): number {
    return this.#cells[this.#placeOf(gram) + 1] ?? 0;
  }

  set(gram: number, value: number): void {
    const place = this.#placeOf(gram);
    if (this.#cells[place] === 0) this.#size += 1;
    this.#cells[place] = gram;
    this.#cells[place + 1] = value;
    if (4 * this.#size > this.#cells.length) this.#grow();
  }

  grams(): readonly number[] {
    const cells = this.#cells;
    const grams: number[] = [];
    for (let at = 0; at < cells.length; at += 2) if (cells[at + 1] !== 0) grams.push(cells[at] ?? 0);
    return grams;
  }

  /** Where the gram is, or would be. */
  #placeOf(gram: number): number {
    const cells = this.#cells;
    const mask = cells.length - 1;
    let at = (Math.imul(gram, golden) >>> this.#shift) << 1;
    while (cells[at] !== gram && cells[at] !== 0) at = (at + 2) & mask;
    return at;
  }

  #grow(): void {
    const before = this.#cells;
    this.#cells = new Int32Array(2 * before.length);
    this.#shift -= 1;
    for (let from = 0; from < before.length; from += 2) {
      const gram = before[from] ?? 0;
      if (gram === 0) continue;
      const to = this.#placeOf(gram);
      this.#cells[to] = gram;
      this.#cells[to + 1] = before[from + 1] ?? 0;
    }
  }
}
