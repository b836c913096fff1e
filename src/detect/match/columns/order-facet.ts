import { placeAmong } from '../../../shared/place-among.ts';
import type { AtomSet } from '../../sigma/index/signature-memo.ts';
import { codeOf, type Facet, noAtoms } from './facet.ts';

/** json-rules-engine's orders. */
export type Order = 'lessThan' | 'lessThanInclusive' | 'greaterThan' | 'greaterThanInclusive';

/** So many atoms are held in sets together: some megabytes. */
const heldMax = 1_000_000;

interface Bounded {
  readonly order: Order;
  readonly bound: number;
  readonly atom: number;
}

/**
 * Comparisons with numbers, sorted: a value lies at one of the bounds or between two, and that says of all of them whether
 * they hold. A text that json-rules-engine takes for a number is one; of objects and other rarities nothing is said.
 */
export class OrderFacet implements Facet {
  readonly #orders: Bounded[] = [];
  readonly #bounds: number[] = [];
  /** By place: 2i below bound i, 2i + 1 at it. Made when first needed; forgotten at `heldMax`. */
  #sets: (AtomSet | undefined)[] = [];
  #held = 0;
  #undecided: AtomSet = noAtoms;

  add(order: Order, bound: number, atom: number): void {
    this.#orders.push({ order, bound, atom });
  }

  /** Ends the adding. */
  seal(): this {
    this.#bounds.push(...[...new Set(this.#orders.map(({ bound }) => bound))].sort((a, b) => a - b));
    this.#undecided = { atoms: this.#orders.map(({ atom }) => codeOf(atom, 'throws')) };
    return this;
  }

  find(value: unknown): AtomSet {
    if (typeof value === 'number') return this.#at(value);
    if (value === undefined || value === null || typeof value === 'boolean') return noAtoms;
    if (typeof value !== 'string') return this.#undecided;
    return Number.isNaN(Number.parseFloat(value)) ? noAtoms : this.#at(Number(value));
  }

  #at(value: number): AtomSet {
    if (Number.isNaN(value)) return noAtoms;
    const place = placeOf(value, this.#bounds);
    const known = this.#sets[place];
    if (known !== undefined) return known;
    const holding = this.#orders
      .filter((each) => holds(each, value))
      .map(({ atom }) => codeOf(atom, 'surely'));
    const set = holding.length === 0 ? noAtoms : { atoms: holding };
    this.#held += holding.length;
    if (this.#held > heldMax) [this.#sets, this.#held] = [[], holding.length];
    this.#sets[place] = set;
    return set;
  }
}

/** 2i where the value is below bound i and above the one before, 2i + 1 where it is bound i. */
function placeOf(value: number, bounds: readonly number[]): number {
  const at = placeAmong(bounds, value);
  return bounds[at] === value ? 2 * at + 1 : 2 * at;
}

function holds({ order, bound }: Bounded, value: number): boolean {
  switch (order) {
    case 'lessThan':
      return value < bound;
    case 'lessThanInclusive':
      return value <= bound;
    case 'greaterThan':
      return value > bound;
    case 'greaterThanInclusive':
      return value >= bound;
  }
}
