import type { AtomPlace, IndexPlan } from './index-plan.ts';
import { TextIndex } from './text-index.ts';

/** The atoms of a plan, where they look: finds those that are true of a value. */
export class AtomTable {
  /** By path: what is asked of it. */
  readonly byPath = new Map<string, TextIndex>();
  readonly size: number;
  #keywords: TextIndex | undefined;

  constructor({ places, placeOf, texts }: Pick<IndexPlan, 'places' | 'placeOf' | 'texts'>) {
    this.size = texts.length;
    const indexes = places.map((place) => this.#indexesOf(place));
    for (const [id, text] of texts.entries()) {
      const at = placeOf[id] ?? 0;
      const place = places[at];
      for (const index of indexes[at] ?? [])
        if (place === undefined || place.kind === 'present') index.addPresent(id);
        else index.add(place.kind === 'keyword' ? place.at : place.kind, text, id);
    }
  }

  /** What is searched in every value. */
  get keywords(): TextIndex | undefined {
    return this.#keywords;
  }

  #indexesOf(place: AtomPlace): readonly TextIndex[] {
    if (place.kind !== 'keyword') return place.paths.map((path) => this.#indexOf(path));
    this.#keywords ??= new TextIndex();
    return [this.#keywords];
  }

  #indexOf(path: string): TextIndex {
    const known = this.byPath.get(path);
    if (known !== undefined) return known;
    const index = new TextIndex();
    this.byPath.set(path, index);
    return index;
  }
}
