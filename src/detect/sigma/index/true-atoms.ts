/** Some of the atoms of a table, without repetition; emptied at no cost. */
export class TrueAtoms {
  readonly list: number[] = [];
  readonly #seenIn: Uint32Array;
  #round = 1;

  constructor(size: number) {
    this.#seenIn = new Uint32Array(size);
  }

  readonly add = (atom: number): void => {
    if (this.#seenIn[atom] === this.#round) return;
    this.#seenIn[atom] = this.#round;
    this.list.push(atom);
  };

  readonly has = (atom: number): boolean => this.#seenIn[atom] === this.#round;

  clear(): void {
    this.list.length = 0;
    this.#round += 1;
    if (this.#round < 0xffff_ffff) return;
    this.#seenIn.fill(0);
    this.#round = 1;
  }
}
