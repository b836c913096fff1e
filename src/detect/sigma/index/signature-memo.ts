/** Some atoms that are true of a value together. The same object for the same atoms, as long as it is remembered. */
export interface AtomSet {
  readonly atoms: readonly number[];
}

export const noAtoms: AtomSet = { atoms: [] };

/** So many atoms of sets, and so many signatures, are remembered; then all are forgotten and learned anew. */
const nodesMax = 131_072;
const statesMax = 65_536;

/** Longer lists are sorted by the library. */
const shortList = 24;

/** The sets that begin with the same atoms. */
class AtomNode {
  readonly atom: number;
  set: AtomSet | undefined;
  /** What followed last. */
  last: AtomNode | undefined;
  /** All that followed, where there were several. */
  nodes: Map<number, AtomNode> | undefined;

  constructor(atom: number) {
    this.atom = atom;
  }
}

/** Gives equal sets of atoms one object. */
export class AtomSets {
  #root = new AtomNode(-1);
  #size = 0;

  /** The set of the first `count` of `atoms`, which must be without repetition, and are sorted. */
  of(atoms: number[], count = atoms.length): AtomSet {
    if (count === 0) return noAtoms;
    sortFirst(atoms, count);
    if (this.#size >= nodesMax) {
      this.#root = new AtomNode(-1);
      this.#size = 0;
    }
    let node = this.#root;
    for (let at = 0; at < count; at += 1) node = this.#after(node, atoms[at] ?? 0);
    node.set ??= { atoms: atoms.slice(0, count) };
    return node.set;
  }

  #after(node: AtomNode, atom: number): AtomNode {
    const { last } = node;
    if (last !== undefined && last.atom === atom) return last;
    let next = node.nodes?.get(atom);
    if (next === undefined) {
      next = new AtomNode(atom);
      this.#size += 1;
      if (last !== undefined) {
        node.nodes ??= new Map([[last.atom, last]]);
        node.nodes.set(atom, next);
      }
    }
    node.last = next;
    return next;
  }
}

/** In place, the first `count`. Few are sorted faster by hand than with a call for each comparison. */
export function sortFirst(atoms: number[], count: number): void {
  if (count > shortList) {
    const sorted = atoms.slice(0, count).sort((a, b) => a - b);
    for (let at = 0; at < count; at += 1) atoms[at] = sorted[at] ?? 0;
    return;
  }
  for (let at = 1; at < count; at += 1) {
    const atom = atoms[at] ?? 0;
    let to = at;
    for (; to > 0 && (atoms[to - 1] ?? 0) > atom; to -= 1) atoms[to] = atoms[to - 1] ?? 0;
    atoms[to] = atom;
  }
}

/** What the sets seen so far of an event lead to. Its signature is the way from the root to here. */
export class SignatureState<T> {
  readonly set: AtomSet;
  readonly parent: SignatureState<T> | undefined;
  /** What was worked out for an event that ends here. */
  result: T | undefined;
  /** The state that followed last, which is nearly always the one that follows again. */
  last: SignatureState<T> | undefined;
  /** All that followed, where there were several. */
  states: Map<AtomSet, SignatureState<T>> | undefined;

  constructor(set: AtomSet, parent: SignatureState<T> | undefined) {
    this.set = set;
    this.parent = parent;
  }
}

/** A tree of signatures: events that make the same atoms true, field by field, end in the same state. */
export class SignatureMemo<T> {
  #root = new SignatureState<T>(noAtoms, undefined);
  #size = 0;

  /** Where an event begins. Called once an event: states that were handed out stay good for that event. */
  get root(): SignatureState<T> {
    if (this.#size >= statesMax) {
      this.#root = new SignatureState<T>(noAtoms, undefined);
      this.#size = 0;
    }
    return this.#root;
  }

  /** The state after another set. */
  after(state: SignatureState<T>, set: AtomSet): SignatureState<T> {
    const { last } = state;
    if (last !== undefined && last.set === set) return last;
    let next = state.states?.get(set);
    if (next === undefined) {
      next = new SignatureState<T>(set, state);
      this.#size += 1;
      if (last !== undefined) {
        state.states ??= new Map([[last.set, last]]);
        state.states.set(set, next);
      }
    }
    state.last = next;
    return next;
  }
}
