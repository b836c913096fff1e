import type { Atom } from './requirement.ts';
import { TextIndex } from './text-index.ts';

/** Numbers the atoms of all rules, and finds those that are true of a value. */
export class AtomTable {
  /** By path: what is asked of it. */
  readonly byPath = new Map<string, TextIndex>();
  /** By place and kind, then by text. */
  readonly #ids = new Map<string, Map<string, number>>();
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

  /** The number of an atom that a rule needs. */
  use(atom: Atom): number {
    const id = this.add(atom);
    this.#uses[id] = (this.#uses[id] ?? 0) + 1;
    return id;
  }

  /** The atom's number. */
  add(atom: Atom): number {
    const ids = this.#idsAt(placeOf(atom));
    const text = atom.kind === 'present' ? '' : atom.text;
    const known = ids.get(text);
    if (known !== undefined) return known;
    const id = this.#atoms.length;
    ids.set(text, id);
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

  #idsAt(place: string): Map<string, number> {
    const known = this.#ids.get(place);
    if (known !== undefined) return known;
    const ids = new Map<string, number>();
    this.#ids.set(place, ids);
    return ids;
  }

  #indexOf(path: string): TextIndex {
    const known = this.byPath.get(path);
    if (known !== undefined) return known;
    const index = new TextIndex();
    this.byPath.set(path, index);
    return index;
  }
}

/** Where an atom looks, and for what kind: the same text for the same of both. */
function placeOf(atom: Atom): string {
  if (atom.kind === 'keyword') return `keyword ${atom.at}`;
  const [path = ''] = atom.paths;
  return atom.paths.length === 1 ? `${atom.kind} =${path}` : `${atom.kind} ${JSON.stringify(atom.paths)}`;
}

function addTo(index: TextIndex, atom: Exclude<Atom, { kind: 'keyword' }>, id: number): void {
  if (atom.kind === 'present') index.addPresent(id);
  else index.add(atom.kind, atom.text, id);
}
