import type { Steps } from '../../../shared/steps.ts';
import { caseBits, gramAt, gramBehind, gramLength, gramOf, rarestGram, SeenGrams } from './needle-grams.ts';
import { caseBit, isAscii, type SoughtNeedle, soughtNeedle, standsAt } from './sought-needle.ts';
import type { Needle } from './text-automaton.ts';
import type { TextBytes } from './text-bytes.ts';
import type { TrueAtoms } from './true-atoms.ts';

const anyBytes = Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => (byte & caseBit) !== 0);

/** Shorter needles have no three bytes to be known by. */
export const skimMin = 3;

/** So many cells a gram; a table takes two to the power of so many bits at least, and at most: 1 kB, and 128 kB. */
const cellsEach = 16;
const sizeMin = 13;
const sizeMax = 20;
/** As a power of two. */
const cellsPerWord = 5;

/** Multiplicative hashing (Knuth, "The Art of Computer Programming", volume 3, 6.4), by the golden ratio and another. */
const golden = 0x9e37_79b1 | 0;
const another = 0x85eb_ca6b | 0;

/** Comparisons that a text may cost: so many, and one for two to the power of so many of its bytes. */
const comparisons = { least: 256, everyBits: 2 };

/** So many pairs are scanned before what was found in them is compared. */
const block = 1_024;
const hits = new Int32Array(block);

/**
 * A needle that was compared in vain so often moves: from then on it is known by the gram that is the rarest by what was seen
 * until then. The next time takes twice as many, and there are so many times.
 */
const patience = 16;
const movesMax = 8;

/** The grams that needles were known by are looked for until so many have moved. */
const movesAtOnce = 32;

/** A needle, and where in it its gram begins: one before it where the first byte may be any. */
interface Sought {
  readonly needle: SoughtNeedle;
  readonly from: number;
  readonly moves: number;
  /** Comparisons in vain before it moves; 0 or less: it stays. */
  patience: number;
}

/** Needles by a gram; `mask` leaves out the byte that may be any, where needles have only three to be known by. */
interface Known {
  readonly mask: number;
  readonly byGram: Map<number, Sought[]>;
}

/**
 * Finds parts of texts by one look for two bytes into a small table: is here one of the rare grams that needles are
 * known by? Only then needles are compared. It finds what an automaton finds, or gives up. Needles are of ASCII and no
 * shorter than `skimMin`.
 */
export class TextSkim {
  /** Two bits for each gram by its hashes (Bloom, "Space/time trade-offs in hash coding", 1970). */
  readonly #bits: Int32Array;
  readonly #shift: number;
  readonly #whole: Known = { mask: gramOf(0xff, 0xff, 0xff, 0xff), byGram: new Map() };
  readonly #butFirst: Known = { mask: gramOf(0, 0xff, 0xff, 0xff), byGram: new Map() };
  readonly #butLast: Known = { mask: gramOf(0xff, 0xff, 0xff, 0), byGram: new Map() };
  #hasShort = false;
  readonly #seen = new SeenGrams();
  /** Needles that are to move. */
  readonly #tired: Sought[] = [];
  #moved = 0;

  /** A step for each needle. The needles must be `skimmable`. */
  static *of(needles: readonly Needle[]): Steps<TextSkim> {
    const skim = new TextSkim(needles);
    for (const needle of needles) {
      skim.#add(soughtNeedle(needle));
      yield;
    }
    return skim;
  }

  private constructor(needles: readonly Needle[]) {
    const short = needles.filter(({ text }) => text.length <= gramLength);
    const grams = 2 * (needles.length + short.length * anyBytes.length);
    const size = Math.min(sizeMax, Math.max(sizeMin, 32 - Math.clz32(cellsEach * grams)));
    this.#shift = 32 + cellsPerWord - size;
    this.#bits = new Int32Array(1 << (size - cellsPerWord));
  }

  /** False where it gave up: then more may be there. */
  find(text: TextBytes, atoms: TrueAtoms): boolean {
    const { pairs, length } = text;
    const end = (length + 3) >> 1;
    let left = comparisons.least + (length >> comparisons.everyBits);
    for (let from = 0; from < end && left >= 0; from += block) {
      const count = this.#scan(pairs, from, Math.min(end, from + block));
      for (let hit = 0; hit < count; hit += 1) {
        const at = hits[hit] ?? 0;
        left -= this.#compare(gramBehind(pairs, at), { text, at: 2 * at - 2, atoms, tired: this.#tired });
        if (left < 0) break;
      }
    }
    if (this.#tired.length > 0) this.#moveTired(text);
    return left >= 0;
  }

  /** Notes in `hits` where a gram ends that needles may be known by; gives the number. A loop with calls in it takes twice as long. */
  #scan(pairs: Uint16Array, from: number, to: number): number {
    const bits = this.#bits;
    const shift = this.#shift;
    let count = 0;
    let gram = from === 0 ? 0 : (pairs[from - 1] ?? 0);
    for (let at = from; at < to; at += 1) {
      gram = (gram << 16) | (pairs[at] ?? 0) | caseBits;
      const hash = Math.imul(gram, golden);
      if (((bits[hash >>> shift] ?? 0) & (1 << hash)) === 0) continue;
      const other = Math.imul(gram, another);
      if (((bits[other >>> shift] ?? 0) & (1 << other)) === 0) continue;
      hits[count] = at;
      count += 1;
    }
    return count;
  }

  /** Gives the number of comparisons. */
  #compare(gram: number, look: Look): number {
    let count = compareAll(this.#whole.byGram.get(gram), look);
    if (!this.#hasShort) return count;
    count += compareAll(this.#butFirst.byGram.get(gram & this.#butFirst.mask), look);
    return count + compareAll(this.#butLast.byGram.get(gram & this.#butLast.mask), look);
  }

  #add(needle: SoughtNeedle): void {
    const { bytes } = needle;
    if (bytes.length <= gramLength) this.#hasShort = true;
    if (bytes.length < gramLength) this.#know(soughtAt(needle, 0), this.#butLast);
    else this.#know(soughtAt(needle, this.#rarest(bytes, 0)), this.#whole);
    if (bytes.length <= gramLength) this.#know(soughtAt(needle, -1), this.#butFirst);
    else this.#know(soughtAt(needle, this.#rarest(bytes, 1)), this.#whole);
  }

  #rarest(bytes: Uint8Array, first: number): number {
    const { byGram } = this.#whole;
    return rarestGram(bytes, { first, seen: this.#seen, usesOf: (gram) => byGram.get(gram)?.length ?? 0 });
  }

  /** Looks for needles that were sought in vain by other grams, where they have rarer ones. */
  #moveTired(text: TextBytes): void {
    this.#seen.add(text);
    for (const sought of this.#tired) this.#move(sought);
    this.#tired.length = 0;
    if (this.#moved >= movesAtOnce) this.#markAll();
  }

  #move(sought: Sought): void {
    const { needle, from, moves } = sought;
    const { byGram } = this.#whole;
    const gram = gramAt(needle.bytes, from);
    const others = byGram.get(gram);
    const place = others?.indexOf(sought) ?? -1;
    // Needles of three or four bytes have no other gram.
    if (others === undefined || place === -1) return;
    if (others.length === 1) byGram.delete(gram);
    else others.splice(place, 1);
    this.#know(soughtAt(needle, this.#rarest(needle.bytes, from & 1), moves + 1), this.#whole);
    this.#moved += 1;
  }

  /** Forgets the grams that no needle is known by any more. */
  #markAll(): void {
    this.#moved = 0;
    this.#bits.fill(0);
    for (const gram of this.#whole.byGram.keys()) this.#mark(gram);
    for (const known of [this.#butFirst, this.#butLast])
      for (const gram of known.byGram.keys()) this.#markAny(gram, known);
  }

  #know(sought: Sought, known: Known): void {
    const { mask, byGram } = known;
    const gram = gramAt(sought.needle.bytes, sought.from);
    if (known === this.#whole) this.#mark(gram);
    else this.#markAny(gram & mask, known);
    const others = byGram.get(gram & mask);
    if (others === undefined) byGram.set(gram & mask, [sought]);
    else others.push(sought);
  }

  /** The gram with any byte where the mask leaves one out. */
  #markAny(gram: number, { mask }: Known): void {
    for (const any of anyBytes) this.#mark(gram | (gramOf(any, any, any, any) & ~mask));
  }

  #mark(gram: number): void {
    this.#set(Math.imul(gram, golden));
    this.#set(Math.imul(gram, another));
  }

  #set(hash: number): void {
    const word = hash >>> this.#shift;
    this.#bits[word] = (this.#bits[word] ?? 0) | (1 << hash);
  }
}

const soughtAt = (needle: SoughtNeedle, from: number, moves = 0): Sought => ({
  needle,
  from,
  moves,
  patience: moves < movesMax ? patience << moves : 0,
});

/** Compares what is not known to be there already; gives the number of comparisons. */
function compareAll(all: readonly Sought[] | undefined, { text, at, atoms, tired }: Look): number {
  if (all === undefined) return 0;
  let count = 0;
  for (const sought of all) {
    const { needle, from } = sought;
    if (atoms.has(needle.id)) continue;
    count += 1;
    if (standsAt(needle, text, at - from)) atoms.add(needle.id);
    else if (--sought.patience === 0) tired.push(sought);
  }
  return count;
}

/** The needles that a skim can look for. */
export const skimmable = ({ text, at }: Needle): boolean =>
  at === 'part' && text.length >= skimMin && isAscii(text);

/** Where a scan is: at which byte a gram begins. */
interface Look {
  readonly text: TextBytes;
  readonly at: number;
  readonly atoms: TrueAtoms;
  /** Takes needles that were compared in vain too often. */
  readonly tired: Sought[];
}
