import { type AtomSet, type AtomSets, noAtoms } from '../../sigma/index/signature-memo.ts';
import { TextIndex } from '../../sigma/index/text-index.ts';
import { ValueCache } from '../../sigma/index/value-cache.ts';
import { asText } from '../text-operators.ts';
import { codeOf, type Facet } from './facet.ts';

/** Where a text must have another for a comparison to hold. */
export interface Needle {
  readonly at: 'exact' | 'prefix' | 'suffix' | 'part';
  /** Folded (`fold-case.ts`). */
  readonly text: string;
}

/** Decides a comparison whose needle was found; undefined: leaves it to whoever tries the rule. */
export type Decide = ((value: unknown) => boolean) | undefined;

/** Comparisons of texts: one pass finds those that may hold, whatever their number, and what is found is looked at closely. */
export class TextFacet implements Facet {
  readonly #index = new TextIndex();
  readonly #decide = new Map<number, Decide>();
  readonly #cache = new ValueCache();
  readonly #sets: AtomSets;

  constructor(sets: AtomSets) {
    this.#sets = sets;
  }

  add({ at, text }: Needle, atom: number, decide: Decide): void {
    this.#index.add(at, text, atom);
    this.#decide.set(atom, decide);
  }

  find(value: unknown): AtomSet {
    const text = asText(value);
    if (text === undefined) return noAtoms;
    const known = this.#cache.get(value);
    if (known !== undefined) return known;
    const found = new Set<number>();
    this.#index.find(text, (atom) => found.add(atom));
    const set = found.size === 0 ? noAtoms : this.#sets.of(this.#decided(found, value));
    this.#cache.set(value, set);
    return set;
  }

  #decided(found: ReadonlySet<number>, value: unknown): number[] {
    const codes: number[] = [];
    for (const atom of found) {
      const decide = this.#decide.get(atom);
      if (decide === undefined) codes.push(codeOf(atom, 'maybe'));
      else if (decide(value)) codes.push(codeOf(atom, 'surely'));
    }
    return codes;
  }
}
