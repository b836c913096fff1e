import { inOneGo, type Steps } from '../../../shared/steps.ts';
import { foldCase } from '../compile/fold-case.ts';
import { type AnchoredNeedle, AnchoredNeedles } from './anchored-needles.ts';
import type { AtomTable } from './atom-table.ts';
import { isAscii } from './sought-needle.ts';
import type { Needle } from './text-automaton.ts';
import { TextBytes } from './text-bytes.ts';
import { TextIndex } from './text-index.ts';
import { skimMin, TextSkim } from './text-skim.ts';
import type { TrueAtoms } from './true-atoms.ts';

/** The ways to search the values of all places, each made for the first value there. */
export class PlaceSearches {
  readonly #byPath = new Map<string, PlaceSearch>();
  readonly #indexes: ReadonlyMap<string, TextIndex>;
  readonly #commons: Commons;
  #elsewhere: PlaceSearch | undefined;

  constructor({ byPath, keywords }: Pick<AtomTable, 'byPath' | 'keywords'>) {
    this.#indexes = byPath;
    this.#commons = { bytes: new TextBytes(), keywords, sought: sortNeedles(keywords), skim: undefined };
  }

  /** `index`: what rules ask of the path; undefined where they ask nothing but keywords. */
  at(path: string, index: TextIndex | undefined): PlaceSearch {
    const known = index === undefined ? this.#elsewhere : this.#byPath.get(path);
    return known ?? inOneGo(this.#build(path, index));
  }

  /** Makes now what values would wait for that are where the others have seen some. */
  *warmLike(others: PlaceSearches): Steps<void> {
    for (const [path, other] of others.#byPath) {
      const index = this.#indexes.get(path);
      if (index === undefined) continue;
      const search = yield* this.#build(path, index);
      if (other.foreign?.isBuilt === true) yield* search.foreign?.build() ?? [];
      if (others.#indexes.get(path)?.isBuilt === true) yield* index.build();
    }
    const { keywords, sought } = this.#commons;
    if (others.#commons.sought.foreign?.isBuilt === true) yield* sought.foreign?.build() ?? [];
    if (others.#commons.keywords?.isBuilt === true) yield* keywords?.build() ?? [];
  }

  *#build(path: string, index: TextIndex | undefined): Steps<PlaceSearch> {
    const own = sortNeedles(index);
    const search = new PlaceSearch(index, { own, commons: this.#commons, skim: yield* this.#skimOf(own) });
    if (index === undefined) this.#elsewhere = search;
    else this.#byPath.set(path, search);
    return search;
  }

  /** Where a place has no parts of its own, the keywords' is good for it. */
  *#skimOf({ parts }: SortedNeedles): Steps<TextSkim | undefined> {
    const commons = this.#commons;
    if (commons.sought.parts.length > 0) commons.skim ??= yield* TextSkim.of(commons.sought.parts);
    return parts.length === 0 ? commons.skim : yield* TextSkim.of(parts, commons.skim);
  }
}

/** Needles by how they are looked for. */
interface SortedNeedles {
  /** What must stand at an end of a text, or be the whole of it. */
  readonly anchored: readonly AnchoredNeedle[];
  readonly parts: readonly Needle[];
  /** Parts that are too short for a skim: few (`requirement-of.ts`), so they are looked for one by one. */
  readonly short: readonly Needle[];
  /** What only texts outside ASCII have. */
  readonly foreign: TextIndex | undefined;
}

function sortNeedles(index: TextIndex | undefined): SortedNeedles {
  const exact = [...(index?.exact ?? [])].flatMap(([text, ids]) =>
    ids.map((id): AnchoredNeedle => ({ text, id, at: 'exact' })),
  );
  const anchored: AnchoredNeedle[] = [];
  const parts: Needle[] = [];
  const short: Needle[] = [];
  let foreign: TextIndex | undefined;
  const needles = [...(index?.needles ?? []), ...exact];
  // One look at thousands of texts in place of one at each.
  const areAscii = isAscii(needles.map(({ text }) => text).join(''));
  for (const { text, id, at } of needles) {
    if (!areAscii && !isAscii(text)) {
      foreign ??= new TextIndex();
      foreign.add(at, text, id);
    } else if (at !== 'part') anchored.push({ text, id, at });
    else if (text.length < skimMin) short.push({ text, id, at });
    else parts.push({ text, id, at });
  }
  return { anchored, parts, short, foreign };
}

/** What all places have in common: the bytes of the text that is searched, the keywords, and a skim for them alone. */
interface Commons {
  readonly bytes: TextBytes;
  readonly keywords: TextIndex | undefined;
  readonly sought: SortedNeedles;
  skim: TextSkim | undefined;
}

interface PlaceOptions {
  readonly own: SortedNeedles;
  readonly commons: Commons;
  readonly skim: TextSkim | undefined;
}

/**
 * Finds what rules ask of one place, and the keywords. Texts are looked at as bytes, once: what must stand at an end of
 * them by the hashes of their ends, all else by a skim. What those cannot tell is left to automata: what is not of ASCII
 * where the text is not either, and all where a skim gives up.
 */
export class PlaceSearch {
  /** Needles of this place that only texts outside ASCII have. */
  readonly foreign: TextIndex | undefined;
  readonly #index: TextIndex | undefined;
  readonly #commons: Commons;
  readonly #anchored: AnchoredNeedles | undefined;
  readonly #skim: TextSkim | undefined;
  readonly #short: readonly Needle[];

  constructor(index: TextIndex | undefined, { own, commons, skim }: PlaceOptions) {
    this.#index = index;
    this.#commons = commons;
    this.#skim = skim;
    this.foreign = own.foreign;
    const { sought } = commons;
    const anchored = sought.anchored.length === 0 ? own.anchored : [...own.anchored, ...sought.anchored];
    if (anchored.length > 0) this.#anchored = new AnchoredNeedles(anchored);
    this.#short = sought.short.length === 0 ? own.short : [...own.short, ...sought.short];
  }

  find(text: string, atoms: TrueAtoms): void {
    for (const id of this.#index?.always ?? []) atoms.add(id);
    const { bytes } = this.#commons;
    if (!bytes.put(text)) {
      this.#scan(text, atoms);
      return;
    }
    if (!bytes.isAscii) this.#findForeign(text, atoms);
    this.#anchored?.find(bytes, atoms);
    if (this.#short.length > 0) this.#findShort(foldCase(text), atoms);
    if (bytes.length < skimMin || this.#skim === undefined) return;
    if (!this.#skim.find(bytes, atoms)) this.#scan(text, atoms);
  }

  #findForeign(text: string, atoms: TrueAtoms): void {
    this.foreign?.find(text, atoms.add);
    this.#commons.sought.foreign?.find(text, atoms.add);
  }

  #findShort(folded: string, atoms: TrueAtoms): void {
    for (const { text, id } of this.#short) if (folded.includes(text)) atoms.add(id);
  }

  #scan(text: string, atoms: TrueAtoms): void {
    this.#index?.find(text, atoms.add);
    this.#commons.keywords?.find(text, atoms.add);
  }
}
