import type { IndexPlan } from './index-plan.ts';
import { TextIndex } from './text-index.ts';

type Atoms = Pick<IndexPlan, 'places' | 'placeOf' | 'texts'>;

/** The atoms of a plan, where they look: finds those that are true of a value. */
export class AtomTable {
  /** By path: what is asked of it. */
  readonly byPath: ReadonlyMap<string, TextIndex>;
  readonly size: number;
  /** What is searched in every value. */
  readonly keywords: TextIndex | undefined;

  constructor(atoms: Atoms) {
    this.size = atoms.texts.length;
    const byPath = new Map<string, number[]>();
    const ofKeywords: number[] = [];
    for (const [at, place] of atoms.places.entries())
      if (place.kind === 'keyword') ofKeywords.push(at);
      else
        for (const path of place.paths) {
          const known = byPath.get(path);
          if (known === undefined) byPath.set(path, [at]);
          else known.push(at);
        }
    const lists = new AtomLists(atoms);
    // Most paths are in no event of a source: theirs is never filled.
    const indexOf = (places: readonly number[]): TextIndex =>
      new TextIndex((index) => lists.addTo(index, places));
    this.byPath = new Map([...byPath].map(([path, places]) => [path, indexOf(places)]));
    this.keywords = ofKeywords.length === 0 ? undefined : indexOf(ofKeywords);
  }
}

/** The atoms of each place, one behind the other. */
class AtomLists {
  readonly #atoms: Atoms;
  /** By place, and by atom: the atom that follows; -1: none does. */
  readonly #first: Int32Array;
  readonly #next: Int32Array;

  constructor(atoms: Atoms) {
    const { places, placeOf, texts } = atoms;
    this.#atoms = atoms;
    this.#first = new Int32Array(places.length).fill(-1);
    this.#next = new Int32Array(texts.length);
    for (let id = texts.length - 1; id >= 0; id -= 1) {
      const at = placeOf[id] ?? 0;
      this.#next[id] = this.#first[at] ?? -1;
      this.#first[at] = id;
    }
  }

  addTo(index: TextIndex, places: readonly number[]): void {
    for (const at of places) {
      const place = this.#atoms.places[at];
      for (let id = this.#first[at] ?? -1; id !== -1; id = this.#next[id] ?? -1)
        if (place === undefined || place.kind === 'present') index.addPresent(id);
        else index.add(place.kind === 'keyword' ? place.at : place.kind, this.#atoms.texts[id] ?? '', id);
    }
  }
}
