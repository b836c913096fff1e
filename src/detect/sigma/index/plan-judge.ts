import { no, perhaps, type Verdict, yes } from '../../match/columns/atom-tree.ts';
import { kindMask, kinds, operandOf } from './index-plan.ts';

/** Judges the trees of a plan as they stand there: most are never asked for, and few often enough to be worth objects. */
export class PlanJudge {
  /** What is known of each atom. */
  readonly known: Uint8Array;
  readonly #code: Int32Array;
  #at = 0;

  constructor(code: Int32Array, atoms: number) {
    this.#code = code;
    this.known = new Uint8Array(atoms);
  }

  /** Whether a requirement that begins there may hold, and, if so, what the claim behind it says; no where it may not. */
  judge(requirement: number): Verdict {
    this.#at = requirement;
    return this.#next() === no ? no : this.#next();
  }

  /** What the next tree says; the one behind it is the next then. */
  #next(): Verdict {
    const word = this.#code[this.#at] ?? 0;
    this.#at += 1;
    switch (word & kindMask) {
      case kinds.atom:
        return (this.known[operandOf(word)] ?? no) as Verdict;
      case kinds.not:
        return this.known[operandOf(word)] === yes ? no : yes;
      case kinds.and:
        return this.#group(operandOf(word), no);
      case kinds.or:
        return this.#group(operandOf(word), yes);
      default:
        return perhaps;
    }
  }

  /** `decisive`: the verdict of one child that settles it. */
  #group(children: number, decisive: Verdict): Verdict {
    let verdict: Verdict = decisive === yes ? no : yes;
    for (let left = children; left > 0; left -= 1) {
      const each = this.#next();
      if (each === decisive) {
        this.#skip(left - 1);
        return each;
      }
      if (each === perhaps) verdict = perhaps;
    }
    return verdict;
  }

  #skip(trees: number): void {
    for (let left = trees; left > 0; left -= 1) {
      const word = this.#code[this.#at] ?? 0;
      this.#at += 1;
      const kind = word & kindMask;
      if (kind === kinds.and || kind === kinds.or) left += operandOf(word);
    }
  }
}
