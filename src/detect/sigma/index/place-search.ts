import { inOneGo, type Steps } from '../../../shared/steps.ts';
import { foldCase } from '../compile/fold-case.ts';
import { type AnchoredNeedle, AnchoredNeedles } from './anchored-needles.ts';
import type { AtomTable } from './atom-table.ts';
import { isAscii } from './sought-needle.ts';
import { TextBytes } from './text-bytes.ts';
import type { TextIndex } from './text-index.ts';
import { skimMin, skimmable, TextSkim } from './text-skim.ts';
import type { TrueAtoms } from './true-atoms.ts';

/** The ways to search the values of all places, each made for the first value there. */
export class PlaceSearches {
  readonly #byPath = new Map<string, PlaceSearch>();
  readonly #indexes: ReadonlyMap<string, TextIndex>;
  readonly #commons: Commons;
  #elsewhere: PlaceSearch | undefined;

  constructor({ byPath, keywords }: Pick<AtomTable, 'byPath' | 'keywords'>) {
    this.#indexes = byPath;
    this.#commons = { bytes: new TextBytes(), keywords, skim: undefined };
  }

  /** `index`: what rules ask of the path; undefined where they ask nothing but keywords. */
  at(path: string, index: TextIndex | undefined): PlaceSearch {
    const known = index === undefined ? this.#elsewhere : this.#byPath.get(path);
    return known ?? inOneGo(this.#build(path, index));
  }

  /** Makes now what values would wait for that are where the others have seen some. */
  *warmLike(others: PlaceSearches): Steps<void> {
    for (const path of others.#byPath.keys()) {
      const index = this.#indexes.get(path);
      if (index === undefined) continue;
      yield* this.#build(path, index);
      if (others.#indexes.get(path)?.isBuilt === true) yield* index.build();
    }
    if (others.#commons.keywords?.isBuilt === true) yield* this.#commons.keywords?.build() ?? [];
  }

  *#build(path: string, index: TextIndex | undefined): Steps<PlaceSearch> {
    const search = new PlaceSearch(index, this.#commons, yield* this.#skimOf(index));
    if (index === undefined) this.#elsewhere = search;
    else this.#byPath.set(path, search);
    return search;
  }

  /** Where a place has no parts of its own, the keywords' is good for it. */
  *#skimOf(index: TextIndex | undefined): Steps<TextSkim | undefined> {
    const own = (index?.needles ?? []).filter(skimmable);
    const keywords = (this.#commons.keywords?.needles ?? []).filter(skimmable);
    if (own.length > 0) return yield* TextSkim.of([...own, ...keywords]);
    if (keywords.length > 0) this.#commons.skim ??= yield* TextSkim.of(keywords);
    return this.#commons.skim;
  }
}

/** What all places have in common: the bytes of the text that is searched, the keywords, and a skim for them alone. */
interface Commons {
  readonly bytes: TextBytes;
  readonly keywords: TextIndex | undefined;
  skim: TextSkim | undefined;
}

/**
 * Finds what rules ask of one place, and the keywords. Texts are looked at as bytes, once: what must stand at an end of
 * them by the hashes of their ends, all else by a skim. What those cannot tell is left to the automata: where a needle is
 * not of ASCII and the text is not either, and where a skim gives up.
 */
export class PlaceSearch {
  readonly #index: TextIndex | undefined;
  readonly #commons: Commons;
  readonly #anchored: AnchoredNeedles | undefined;
  readonly #skim: TextSkim | undefined;
  /** Parts that are too short for a skim: few (`requirement-of.ts`), so they are looked for one by one. */
  readonly #short: readonly { readonly text: string; readonly id: number }[];
  /** There are needles that only texts outside ASCII have. */
  readonly #hasForeign: boolean;

  constructor(index: TextIndex | undefined, commons: Commons, skim: TextSkim | undefined) {
    this.#index = index;
    this.#commons = commons;
    this.#skim = skim;
    const { keywords } = commons;
    const anchored = [index, keywords].flatMap(anchoredOf);
    const plain = anchored.filter(({ text }) => isAscii(text));
    if (plain.length > 0) this.#anchored = new AnchoredNeedles(plain);
    const all = [...(index?.needles ?? []), ...(keywords?.needles ?? [])];
    this.#short = all.filter(({ text, at }) => at === 'part' && text.length < skimMin && isAscii(text));
    this.#hasForeign = [...anchored, ...all].some(({ text }) => !isAscii(text));
  }

  find(text: string, atoms: TrueAtoms): void {
    for (const id of this.#index?.always ?? []) atoms.add(id);
    const { bytes } = this.#commons;
    if (!bytes.put(text) || (this.#hasForeign && !bytes.isAscii)) {
      this.#scan(text, atoms);
      return;
    }
    this.#anchored?.find(bytes, atoms);
    if (this.#short.length > 0) this.#findShort(foldCase(text), atoms);
    if (bytes.length < skimMin || this.#skim === undefined) return;
    if (!this.#skim.find(bytes, atoms)) this.#scan(text, atoms);
  }

  #findShort(folded: string, atoms: TrueAtoms): void {
    for (const { text, id } of this.#short) if (folded.includes(text)) atoms.add(id);
  }

  #scan(text: string, atoms: TrueAtoms): void {
    this.#index?.find(text, atoms.add);
    this.#commons.keywords?.find(text, atoms.add);
  }
}

/** What must stand at an end of a text, or be the whole of it. */
function anchoredOf(index: TextIndex | undefined): AnchoredNeedle[] {
  if (index === undefined) return [];
  const exact = [...index.exact].flatMap(([text, ids]) =>
    ids.map((id): AnchoredNeedle => ({ text, id, at: 'exact' })),
  );
  return [
    ...exact,
    ...index.needles.flatMap(({ text, id, at }) => (at === 'part' ? [] : [{ text, id, at }])),
  ];
}
