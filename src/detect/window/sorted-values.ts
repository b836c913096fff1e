import { placeAmong } from '../../shared/place-among.ts';

/** Values in order, so that one of any rank is at hand. Adding and removing move what is greater. Bound: the owner's. */
export class SortedValues {
  #values: number[] = [];

  static of(values: readonly number[]): SortedValues {
    const sorted = new SortedValues();
    sorted.#values = [...values].sort((a, b) => a - b);
    return sorted;
  }

  copy(): SortedValues {
    const copy = new SortedValues();
    copy.#values = this.#values.slice();
    return copy;
  }

  add(value: number): void {
    this.#values.splice(placeAmong(this.#values, value), 0, value);
  }

  /** Takes out one of this value, which is there. */
  remove(value: number): void {
    this.#values.splice(placeAmong(this.#values, value), 1);
  }

  /** The value of this rank, from 0. */
  at(rank: number): number {
    return this.#values[rank] as number;
  }
}
