import type { EventFields } from '../../../shared/model/log-event.ts';
import type { AtomSet, AtomSets } from '../../sigma/index/signature-memo.ts';
import { codeOf, type Facet, noAtoms } from './facet.ts';
import { ListFacet } from './list-facet.ts';
import { NetworkFacet } from './network-facet.ts';
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
  #networks: NetworkFacet | undefined;
  #lists: ListFacet | undefined;
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

  get networks(): NetworkFacet {
    this.#size += 1;
    this.#networks ??= new NetworkFacet(this.#sets);
    return this.#networks;
  }

  get lists(): ListFacet {
    this.#size += 1;
    this.#lists ??= new ListFacet(this.#sets);
    return this.#lists;
  }

  /** The field is there, whatever its value. */
  addPresence(atom: number): void {
    this.#size += 1;
    const present: AtomSet = { atoms: [codeOf(atom, 'surely')] };
    this.#presence = { find: (value) => (value === undefined ? noAtoms : present) };
  }

  /** Ends the adding. */
  seal(): readonly Facet[] {
    const own: (Facet | undefined)[] = [this.#values?.seal(), this.#orders?.seal(), this.#texts];
    const all = [...own, this.#networks, this.#lists, this.#presence];
    return all.filter((facet) => facet !== undefined);
  }
}
