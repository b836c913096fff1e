import type { AtomPlace, IndexPlan } from './index-plan.ts';
import type { AtomKind } from './requirement.ts';

/** Atoms of one place, by text. */
interface Numbered {
  readonly place: number;
  readonly ids: Map<string, number>;
}

/** Numbers the atoms of all items: equal ones have one number. */
export class AtomNumbers {
  readonly places: AtomPlace[] = [];
  readonly placeOf: number[] = [];
  readonly texts: string[] = [];
  readonly #uses: number[] = [];
  /** By kind, then by path; several paths are one text. */
  readonly #known = new Map<string, Map<string, Numbered>>();
  /** Values of one item follow each other: with which the last atom shares its place. */
  #last: (Numbered & { readonly kind: AtomKind; readonly paths: readonly string[] }) | undefined;

  /** An item needs the atom. */
  countUse(id: number): void {
    this.#uses[id] = (this.#uses[id] ?? 0) + 1;
  }

  /** The number of the atom: one of the paths holds a value with the folded text in it. */
  add(kind: AtomKind, paths: readonly string[], text: string): number {
    const last = this.#last;
    if (last?.kind === kind && last.paths === paths) return this.#number(last, text);
    this.#last = { ...this.#numberedAt({ kind, paths }), kind, paths };
    return this.#number(this.#last, text);
  }

  /** The same of: one of the paths holds something. */
  addPresent(paths: readonly string[]): number {
    return this.#number(this.#numberedAt({ kind: 'present', paths }), '');
  }

  /** The same of: any value has the folded text in it. */
  addKeyword(at: AtomKind, text: string): number {
    return this.#number(this.#numberedAt({ kind: 'keyword', at }), text);
  }

  /** The same of an atom of a plan, which may have another number there. */
  addOfPlan({ places, placeOf, texts }: IndexPlan, id: number): number {
    const place = places[placeOf[id] ?? 0] ?? { kind: 'present', paths: [] };
    const text = texts[id] ?? '';
    if (place.kind === 'keyword') return this.addKeyword(place.at, text);
    return place.kind === 'present' ? this.addPresent(place.paths) : this.add(place.kind, place.paths, text);
  }

  /** Where an atom looks, and how. */
  placeAt(id: number): AtomPlace {
    return this.places[this.placeOf[id] ?? 0] ?? { kind: 'present', paths: [] };
  }

  #number({ place, ids }: Numbered, text: string): number {
    const known = ids.get(text);
    if (known !== undefined) return known;
    const id = this.texts.length;
    ids.set(text, id);
    this.placeOf.push(place);
    this.texts.push(text);
    return id;
  }

  /** How often events are likely to have it, in rough units: what many rules ask for is common, what is long is rare. */
  cost(id: number): number {
    const uses = 1 + (this.#uses[id] ?? 0) / 10;
    const { kind } = this.placeAt(id);
    const length = 1 + (this.texts[id]?.length ?? 0);
    if (kind === 'present') return 1_000;
    if (kind === 'keyword') return (uses * 1_500) / length;
    return (uses * (kind === 'exact' ? 100 : 200)) / length;
  }

  #numberedAt(at: AtomPlace): Numbered {
    const kind = at.kind === 'keyword' ? `keyword ${at.at}` : at.kind;
    const path = at.kind === 'keyword' ? '' : pathKey(at.paths);
    const ofKind = this.#known.get(kind) ?? new Map<string, Numbered>();
    if (ofKind.size === 0) this.#known.set(kind, ofKind);
    const known = ofKind.get(path);
    if (known !== undefined) return known;
    const numbered = { place: this.places.push(at) - 1, ids: new Map<string, number>() };
    ofKind.set(path, numbered);
    return numbered;
  }
}

/** No path has a line end at its beginning: what begins with one are several. */
const pathKey = (paths: readonly string[]): string =>
  paths.length === 1 && !paths[0]?.startsWith('\n') ? (paths[0] ?? '') : `\n${JSON.stringify(paths)}`;
