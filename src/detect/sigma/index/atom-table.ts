import { type Atom, atomKey } from './requirement.ts';
import { TextIndex } from './text-index.ts';

/** Numbers the atoms of all rules, and finds those that are true of a value. */
export class AtomTable {
  /** By path: what is asked of it. */
  readonly byPath = new Map<string, TextIndex>();
  readonly #ids = new Map<string, number>();
  readonly #atoms: Atom[] = [];
  readonly #uses: number[] = [];
  #keywords: TextIndex | undefined;

  get size(): number {
    return this.#atoms.length;
  }

  /** What is searched in every value. */
  get keywords(): TextIndex | undefined {
    return this.#keywords;
  }

  /** The atom's number. */
  add(atom: Atom): number {
    const key = atomKey(atom);
    const known = this.#ids.get(key);
    const id = known ?? this.#atoms.length;
    this.#uses[id] = (this.#uses[id] ?? 0) + 1;
    if (known !== undefined) return id;
    this.#ids.set(key, id);
    this.#atoms.push(atom);
    if (atom.kind === 'keyword') {
      this.#keywords ??= new TextIndex();
      this.#keywords.add(atom.at, atom.text, id);
    } else for (const path of atom.paths) addTo(this.#indexOf(path), atom, id);
    return id;
  }

  /** How often events are likely to have it, in rough units: what many rules ask for is common, what is long is rare. */
  cost(id: number): number {
    const atom = this.#atoms[id];
    if (atom === undefined) return 0;
    const uses = 1 + (this.#uses[id] ?? 0) / 10;
    if (atom.kind === 'present') return 1_000;
    if (atom.kind === 'keyword') return (uses * 1_500) / (1 + atom.text.length);
    return (uses * (atom.kind === 'exact' ? 100 : 200)) / (1 + atom.text.length);
  }

  #indexOf(path: string): TextIndex {
    const index = this.byPath.get(path) ?? new TextIndex();
    this.byPath.set(path, index);
    return index;
  }
}

function addTo(index: TextIndex, atom: Exclude<Atom, { kind: 'keyword' }>, id: number): void {
  if (atom.kind === 'present') index.addPresent(id);
  else index.add(atom.kind, atom.text, id);
}
