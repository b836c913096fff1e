import type { AtomKind } from './requirement.ts';
import { lowerByte, type SoughtNeedle, soughtNeedle, standsAt } from './sought-needle.ts';
import type { TextBytes } from './text-bytes.ts';
import type { TrueAtoms } from './true-atoms.ts';

/** A text that is the whole of a value, or stands at one end of it. */
export interface AnchoredNeedle {
  readonly text: string;
  readonly id: number;
  readonly at: Exclude<AtomKind, 'part'>;
}

const kinds = ['exact', 'prefix', 'suffix'] as const;

/**
 * Finds needles of ASCII at the two ends of texts, whatever their number. A text costs a few bytes of its ends: no more
 * than it has in common with any needle.
 */
export class AnchoredNeedles {
  readonly #ends: readonly GrowingEnds[];

  constructor(needles: readonly AnchoredNeedle[]) {
    this.#ends = kinds.flatMap((kind) => {
      const of = needles.filter(({ at }) => at === kind);
      return of.length === 0 ? [] : [new GrowingEnds(of, kind)];
    });
  }

  find(text: TextBytes, atoms: TrueAtoms): void {
    for (const ends of this.#ends) ends.find(text, atoms);
  }
}

/** A needle is known by so many bytes at its end: thousands share `.exe`, hundreds `c:\windows\`. */
const knownBy = 24;

/** FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv/), one byte at a time. */
const basis = 0x811c_9dc5 | 0;
const prime = 0x0100_0193;
const after = (hash: number, byte: number): number => Math.imul(hash ^ byte, prime);

/** What is noted of an end by its hash: a needle is known by it, or by one that has so many bytes more, or a multiple of that. */
const known = 1;
const goesOn = 2;
const stride = 4;

/** So many cells a note, so that few of the ends of texts hit one by chance. */
const cellsEach = 8;

/** Needles at one end, by the hash of it as it grows. */
class GrowingEnds {
  readonly #kind: AnchoredNeedle['at'];
  readonly #byHash = new Map<number, SoughtNeedle[]>();
  readonly #cells: Uint8Array;
  readonly #mask: number;
  /** Of whole texts: by length, whether there is one. */
  readonly #lengths: Uint8Array;

  constructor(needles: readonly AnchoredNeedle[], kind: AnchoredNeedle['at']) {
    this.#kind = kind;
    const notes = needles.reduce((sum, { text }) => sum + 1 + Math.min(text.length, knownBy) / stride, 0);
    this.#cells = new Uint8Array(1 << (32 - Math.clz32(cellsEach * notes)));
    this.#mask = this.#cells.length - 1;
    this.#lengths = new Uint8Array(1 + needles.reduce((most, { text }) => Math.max(most, text.length), 0));
    for (const needle of needles) this.#add(soughtNeedle(needle));
  }

  find(text: TextBytes, atoms: TrueAtoms): void {
    const { bytes, length } = text;
    if (this.#kind === 'exact' && (length >= this.#lengths.length || this.#lengths[length] === 0)) return;
    const cells = this.#cells;
    const mask = this.#mask;
    const isSuffix = this.#kind === 'suffix';
    const longest = Math.min(knownBy, length);
    let hash = basis;
    for (let count = 0; ; ) {
      const note = cells[hash & mask] ?? 0;
      if ((note & known) !== 0) this.#compare(hash, text, atoms);
      if (count === longest || (count % stride === 0 && (note & goesOn) === 0)) return;
      hash = after(hash, lowerByte[bytes[isSuffix ? length - 1 - count : count] ?? 0] ?? 0);
      count += 1;
    }
  }

  #compare(hash: number, text: TextBytes, atoms: TrueAtoms): void {
    for (const sought of this.#byHash.get(hash) ?? []) {
      const behind = text.length - sought.bytes.length;
      if (this.#kind === 'exact' && behind !== 0) continue;
      if (standsAt(sought, text, this.#kind === 'suffix' ? behind : 0)) atoms.add(sought.id);
    }
  }

  #add(sought: SoughtNeedle): void {
    const { bytes } = sought;
    const length = Math.min(bytes.length, knownBy);
    this.#lengths[bytes.length] = 1;
    let hash = basis;
    for (let count = 0; count < length; count += 1) {
      if (count % stride === 0) this.#note(hash, goesOn);
      hash = after(hash, bytes[this.#kind === 'suffix' ? bytes.length - 1 - count : count] ?? 0);
    }
    this.#note(hash, known);
    const others = this.#byHash.get(hash);
    if (others === undefined) this.#byHash.set(hash, [sought]);
    else others.push(sought);
  }

  #note(hash: number, note: number): void {
    this.#cells[hash & this.#mask] = (this.#cells[hash & this.#mask] ?? 0) | note;
  }
}
