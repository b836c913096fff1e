import { type AtomPlace, atomPlace, type IndexPlan } from './index-plan.ts';
import type { Atom } from './requirement.ts';

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
  /** Values of one item follow each other: where the last atom stands, and with which it shares its place. */
  #last: { readonly atom: Atom; readonly numbered: Numbered } | undefined;

  /** The number of an atom that an item needs. */
  use(atom: Atom): number {
    const id = this.add(atom);
    this.countUse(id);
    return id;
  }

  countUse(id: number): void {
    this.#uses[id] = (this.#uses[id] ?? 0) + 1;
  }

  /** The atom's number. */
  add(atom: Atom): number {
    const last = this.#last;
    const numbered = last && isAtSamePlace(atom, last.atom) ? last.numbered : this.#numberedAt(atom);
    if (numbered !== last?.numbered) this.#last = { atom, numbered };
    const { place, ids } = numbered;
    const text = atom.kind === 'present' ? '' : atom.text;
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
    const kind = this.places[this.placeOf[id] ?? 0]?.kind;
    const length = 1 + (this.texts[id]?.length ?? 0);
    if (kind === 'present') return 1_000;
    if (kind === 'keyword') return (uses * 1_500) / length;
    return (uses * (kind === 'exact' ? 100 : 200)) / length;
  }

  #numberedAt(atom: Atom): Numbered {
    const kind = atom.kind === 'keyword' ? `keyword ${atom.at}` : atom.kind;
    const path = atom.kind === 'keyword' ? '' : pathKey(atom.paths);
    const ofKind = this.#known.get(kind) ?? new Map<string, Numbered>();
    if (ofKind.size === 0) this.#known.set(kind, ofKind);
    const known = ofKind.get(path);
    if (known !== undefined) return known;
    const numbered = { place: this.places.push(atomPlace(atom)) - 1, ids: new Map<string, number>() };
    ofKind.set(path, numbered);
    return numbered;
  }
}

/** Not of all that are: only what is told at once. */
function isAtSamePlace(a: Atom, b: Atom): boolean {
  if (a.kind === 'keyword' || b.kind === 'keyword') return false;
  return a.kind === b.kind && a.paths === b.paths;
}

/** No path has a line end at its beginning: what begins with one are several. */
const pathKey = (paths: readonly string[]): string =>
  paths.length === 1 && !paths[0]?.startsWith('\n') ? (paths[0] ?? '') : `\n${JSON.stringify(paths)}`;

/** An atom of a plan. */
export function atomOfPlan({ places, placeOf, texts }: IndexPlan, id: number): Atom {
  const place = places[placeOf[id] ?? 0] ?? { kind: 'present', paths: [] };
  const text = texts[id] ?? '';
  if (place.kind === 'keyword') return { kind: 'keyword', at: place.at, text };
  const { kind, paths } = place;
  return kind === 'present' ? { kind, paths } : { kind, paths, text };
}
