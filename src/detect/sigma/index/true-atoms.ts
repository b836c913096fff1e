/** Some of the atoms of a table, without repetition; emptied at no cost. */
export class TrueAtoms {
  /** The first `count` of them: truncating an array would let go of its memory. */
  readonly items: number[] = [];
  count = 0;
  readonly #seenIn: Uint32Array;
  #round = 1;

  constructor(size: number) {
    this.#seenIn = new Uint32Array(size);
  }

  readonly add = (atom: number): void => {
    if (this.#seenIn[atom] === this.#round) return;
    this.#seenIn[atom] = this.#round;
    this.items[this.count] = atom;
    this.count += 1;
  };

  readonly has = (atom: number): boolean => this.#seenIn[atom] === this.#round;

  clear(): void {
    this.count = 0;
    this.#round += 1;
    if (this.#round < 0xffff_ffff) return;
    this.#seenIn.fill(0);
    this.#round = 1;
  }
}
