import type { AtomSet } from '../../sigma/index/signature-memo.ts';
import { codeOf, type Facet, noAtoms } from './facet.ts';

/** Equality with primitive values: one look-up, whatever their number. NaN equals nothing and is never added. */
export class ValueFacet implements Facet {
  readonly #codes = new Map<unknown, number[]>();
  readonly #sets = new Map<unknown, AtomSet>();

  add(values: readonly unknown[], atom: number): void {
    for (const value of new Set(values)) {
      const codes = this.#codes.get(value);
      if (codes === undefined) this.#codes.set(value, [codeOf(atom, 'surely')]);
      else codes.push(codeOf(atom, 'surely'));
    }
  }

  /** Ends the adding. Values that make the same true share a set. */
  seal(): this {
    const bySignature = new Map<string, AtomSet>();
    for (const [value, atoms] of this.#codes) {
      const signature = atoms.join();
      const set = bySignature.get(signature) ?? { atoms };
      bySignature.set(signature, set);
      this.#sets.set(value, set);
    }
    this.#codes.clear();
    return this;
  }

  find(value: unknown): AtomSet {
    return this.#sets.get(value) ?? noAtoms;
  }
}
