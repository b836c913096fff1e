import { kindMask, kinds, operandOf } from './index-plan.ts';

/**
 * The atoms of which an event must have one for the tree to hold that begins at a place of a plan's code: of the groups that all
 * are necessary the one that lets through least. From negations nothing follows. Undefined where nothing is necessary.
 */
export function necessaryClause(
  code: ArrayLike<number>,
  from: number,
  costOf: (atom: number) => number,
): readonly number[] | undefined {
  const reader = new ClauseReader(code, from, costOf);
  const cost = reader.next();
  return cost === undefined ? undefined : [...new Set(reader.atoms)];
}

class ClauseReader {
  readonly atoms: number[] = [];
  readonly #code: ArrayLike<number>;
  readonly #costOf: (atom: number) => number;
  #at: number;

  constructor(code: ArrayLike<number>, from: number, costOf: (atom: number) => number) {
    this.#code = code;
    this.#at = from;
    this.#costOf = costOf;
  }

  /** Adds the atoms of the next tree; gives how often events are likely to have one, undefined where it has none. */
  next(): number | undefined {
    const word = this.#code[this.#at] ?? 0;
    this.#at += 1;
    const operand = operandOf(word);
    switch (word & kindMask) {
      case kinds.atom:
        this.atoms.push(operand);
        return this.#costOf(operand);
      case kinds.and:
        return this.#cheapest(operand);
      case kinds.or:
        return this.#joint(operand);
      default:
        return undefined;
    }
  }

  #cheapest(children: number): number | undefined {
    const from = this.atoms.length;
    let best: number | undefined;
    for (let left = children; left > 0; left -= 1) {
      const start = this.atoms.length;
      const cost = this.next();
      if (cost === undefined || (best !== undefined && cost >= best)) this.atoms.length = start;
      else {
        this.atoms.splice(from, start - from);
        best = cost;
      }
    }
    return best;
  }

  #joint(children: number): number | undefined {
    const from = this.atoms.length;
    let sum = 0;
    let isKnown = true;
    for (let left = children; left > 0; left -= 1) {
      const cost = this.next();
      if (cost === undefined) isKnown = false;
      else sum += cost;
    }
    if (isKnown) return sum;
    this.atoms.length = from;
    return undefined;
  }
}
