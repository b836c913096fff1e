import { type AtomSet, type AtomSets, noAtoms } from '../../sigma/index/signature-memo.ts';
import { ValueCache } from '../../sigma/index/value-cache.ts';
import { codeOf, type Facet } from './facet.ts';

/** Lists that rules name: each is asked once about a value, however many rules name it. */
export class ListFacet implements Facet {
  readonly #lists: { readonly atom: number; readonly has: (value: unknown) => boolean }[] = [];
  readonly #cache = new ValueCache();
  readonly #sets: AtomSets;

  constructor(sets: AtomSets) {
    this.#sets = sets;
  }

  /** `has` never throws, and of what is neither text nor number it is false. */
  add(has: (value: unknown) => boolean, atom: number): void {
    this.#lists.push({ atom, has });
  }

  find(value: unknown): AtomSet {
    if (typeof value !== 'string' && typeof value !== 'number') return noAtoms;
    const known = this.#cache.get(value);
    if (known !== undefined) return known;
    const holding = this.#lists.filter(({ has }) => has(value)).map(({ atom }) => codeOf(atom, 'surely'));
    const set = this.#sets.of(holding);
    this.#cache.set(value, set);
    return set;
  }
}
