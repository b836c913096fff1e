/** An id as two numbers of 53 bits: 106 bits of hash. */
export type HashedId = readonly [high: number, low: number];

const empty = -1;

/** Ids by open addressing in typed arrays: 16 to 64 bytes each, and nothing for the garbage collector to walk. Bound: the owner's. */
export class IdSet {
  #slots = new Float64Array(2 * 1_024).fill(empty);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  has([high, low]: HashedId): boolean {
    return this.#slots[this.#find(high, low)] !== empty;
  }

  /** Takes in an id that is not there. */
  add([high, low]: HashedId): void {
    this.#size += 1;
    if (this.#size * 4 > this.#slots.length) this.#grow();
    this.#put(high, low);
  }

  #put(high: number, low: number): void {
    const slot = this.#find(high, low);
    this.#slots[slot] = high;
    this.#slots[slot + 1] = low;
  }

  /** Where the id is, or belongs. */
  #find(high: number, low: number): number {
    const slots = this.#slots;
    const mask = slots.length / 2 - 1;
    for (let at = low % (mask + 1); ; at = (at + 1) & mask) {
      const slot = 2 * at;
      if (slots[slot] === empty || (slots[slot] === high && slots[slot + 1] === low)) return slot;
    }
  }

  #grow(): void {
    const before = this.#slots;
    this.#slots = new Float64Array(2 * before.length).fill(empty);
    for (let slot = 0; slot < before.length; slot += 2)
      if (before[slot] !== empty) this.#put(before[slot] as number, before[slot + 1] as number);
  }
}
