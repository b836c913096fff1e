/** Some atoms that are true of a value together. The same object for the same atoms, as long as it is remembered. */
export interface AtomSet {
  readonly atoms: readonly number[];
}

export const noAtoms: AtomSet = { atoms: [] };

/** So many sets, and so many signatures, are remembered; then all are forgotten and learned anew. */
const setsMax = 65_536;
const statesMax = 65_536;

/** Gives equal sets of atoms one object. */
export class AtomSets {
  readonly #sets = new Map<string, AtomSet>();

  /** Sorts `atoms`, which must be without repetition. */
  of(atoms: number[]): AtomSet {
    if (atoms.length === 0) return noAtoms;
    const key = atoms.length === 1 ? String(atoms[0]) : atoms.sort((a, b) => a - b).join();
    const known = this.#sets.get(key);
    if (known !== undefined) return known;
    if (this.#sets.size >= setsMax) this.#sets.clear();
    const set = { atoms: [...atoms] };
    this.#sets.set(key, set);
    return set;
  }
}

/** What the sets seen so far of an event lead to. Its signature is the way from the root to here. */
export class SignatureState<T> {
  readonly set: AtomSet;
  readonly parent: SignatureState<T> | undefined;
  /** What was worked out for an event that ends here. */
  result: T | undefined;
  /** The state after the set that followed last, which is nearly always the one that follows again. */
  lastSet: AtomSet | undefined;
  lastState: SignatureState<T> | undefined;
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
    if (state.lastSet === set && state.lastState !== undefined) return state.lastState;
    state.states ??= new Map();
    let next = state.states.get(set);
    if (next === undefined) {
      next = new SignatureState<T>(set, state);
      state.states.set(set, next);
      this.#size += 1;
    }
    state.lastSet = set;
    state.lastState = next;
    return next;
  }
}
