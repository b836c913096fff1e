import type { EventFields } from '../../../shared/model/log-event.ts';
import type { AtomSet, AtomSets } from '../../sigma/index/signature-memo.ts';
import { codeOf, type Facet, noAtoms } from './facet.ts';
import { OrderFacet } from './order-facet.ts';
import { TextFacet } from './text-facet.ts';
import { ValueFacet } from './value-facet.ts';

/** A field, and what rules ask of its value. */
export class Column {
  readonly read: (fields: EventFields) => unknown;
  readonly #sets: AtomSets;
  #size = 0;
  #values: ValueFacet | undefined;
  #orders: OrderFacet | undefined;
  #texts: TextFacet | undefined;
  #presence: Facet | undefined;

  constructor(read: (fields: EventFields) => unknown, sets: AtomSets) {
    this.read = read;
    this.#sets = sets;
  }

  /** How many atoms it has. */
  get size(): number {
    return this.#size;
  }

  get values(): ValueFacet {
    this.#size += 1;
    this.#values ??= new ValueFacet();
    return this.#values;
  }

  get orders(): OrderFacet {
    this.#size += 1;
    this.#orders ??= new OrderFacet();
    return this.#orders;
  }

  get texts(): TextFacet {
    this.#size += 1;
    this.#texts ??= new TextFacet(this.#sets);
    return this.#texts;
  }

  /** The field is there, whatever its value. */
  addPresence(atom: number): void {
    this.#size += 1;
    const present: AtomSet = { atoms: [codeOf(atom, 'surely')] };
    this.#presence = { find: (value) => (value === undefined ? noAtoms : present) };
  }

  /** Ends the adding. */
  seal(): readonly Facet[] {
    const facets = [this.#values?.seal(), this.#orders?.seal(), this.#texts, this.#presence];
    return facets.filter((facet) => facet !== undefined);
  }
}
