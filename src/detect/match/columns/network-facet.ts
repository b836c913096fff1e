import { type AtomSet, type AtomSets, noAtoms } from '../../sigma/index/signature-memo.ts';
import { ValueCache } from '../../sigma/index/value-cache.ts';
import { type IpAddress, type IpNetwork, maskV4, maskV6, parseAddress } from '../ip-network.ts';
import { codeOf, type Facet } from './facet.ts';

/** By how many leading bits count: those bits, and the atoms of the networks they are. */
type ByBits<Bits> = Map<number, Map<Bits, Set<number>>>;

/** Networks: an address is looked up once for each length of prefix in use, whatever the number of networks. */
export class NetworkFacet implements Facet {
  readonly #v4: ByBits<number> = new Map();
  readonly #v6: ByBits<string> = new Map();
  readonly #cache = new ValueCache();
  readonly #sets: AtomSets;

  constructor(sets: AtomSets) {
    this.#sets = sets;
  }

  add(networks: readonly IpNetwork[], atom: number): void {
    for (const { address, bits } of networks)
      if (address.version === 4) atomsAt(this.#v4, bits, maskV4(address.value, bits)).add(atom);
      else atomsAt(this.#v6, bits, maskV6(address.groups, bits)).add(atom);
  }

  find(value: unknown): AtomSet {
    if (typeof value !== 'string') return noAtoms;
    const known = this.#cache.get(value);
    if (known !== undefined) return known;
    const address = parseAddress(value);
    const set = address === undefined ? noAtoms : this.#sets.of(this.#covering(address));
    this.#cache.set(value, set);
    return set;
  }

  #covering(address: IpAddress): number[] {
    const found = new Set<number>();
    const take = (atoms: ReadonlySet<number> = new Set()): void => {
      for (const atom of atoms) found.add(codeOf(atom, 'surely'));
    };
    if (address.version === 4)
      for (const [bits, networks] of this.#v4) take(networks.get(maskV4(address.value, bits)));
    else for (const [bits, networks] of this.#v6) take(networks.get(maskV6(address.groups, bits)));
    return [...found];
  }
}

function atomsAt<Bits>(byBits: ByBits<Bits>, bits: number, masked: Bits): Set<number> {
  const networks = byBits.get(bits) ?? new Map<Bits, Set<number>>();
  byBits.set(bits, networks);
  const atoms = networks.get(masked) ?? new Set<number>();
  networks.set(masked, atoms);
  return atoms;
}
