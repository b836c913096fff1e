import type { Steps } from '../../../shared/steps.ts';
import { GramTable } from './gram-table.ts';
import { caseBits, gramAt, gramBehind, gramLength, rarestGram, SeenGrams } from './needle-grams.ts';
import { NeedleRows } from './needle-rows.ts';
import { caseBit } from './sought-needle.ts';
import type { Needle } from './text-automaton.ts';
import { firstLow, type TextBytes } from './text-bytes.ts';
import type { TrueAtoms } from './true-atoms.ts';

const anyGrams = Array.from({ length: 256 }, (_, byte) => byte)
  .filter((byte) => (byte & caseBit) !== 0)
  .map((byte) => gramAt(Uint8Array.of(byte, byte, byte, byte), 0));

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

/** So many fours are scanned before what was found in them is compared. */
const block = 512;
const hits = new Int32Array(2 * block);

/**
 * A needle that was compared in vain so often moves: from then on it is known by the gram that is the rarest by what was seen
 * until then. The next time takes twice as many, and there are so many times.
 */
const patience = 16;
const movesMax = 8;

/** So many needles are added before others have their turn. */
const addedAtOnce = 64;

/** The grams that needles were known by are looked for until so many have moved. */
const movesAtOnce = 32;

/**
 * How needles are sought: each is known by two grams, so there are two of these for each, in rows of numbers. Where in the needle
 * the gram begins (one before it where the first byte may be any), the next that is known by the same gram (and one more; 0: none),
 * comparisons in vain before it moves (0 or less: it stays), and how often it has moved.
 */
const row = { from: 0, next: 1, patience: 2, moves: 3, length: 4 } as const;
/** So many numbers a needle, as a power of two. */
const bitsEach = 3;

/** The first row by a gram, and one more; `mask` leaves out the byte that may be any, where needles have only three to be known by. */
interface Known {
  readonly mask: number;
  readonly firsts: GramTable;
}

const knownBy = (first: number, last: number): Known => ({
  mask: gramAt(Uint8Array.of(first, 0xff, 0xff, last), 0),
  firsts: new GramTable(),
});

/**
 * Finds parts of texts by one look for two bytes into a small table: is here one of the rare grams that needles are
 * known by? Only then needles are compared. It finds what an automaton finds, or gives up. Needles are of ASCII and no
 * shorter than `skimMin`.
 */
export class TextSkim {
  /** Two bits for each gram by its hashes (Bloom, "Space/time trade-offs in hash coding", 1970). */
  readonly #bits: Int32Array;
  readonly #shift: number;
  readonly #needles: NeedleRows;
  readonly #rows: Int32Array;
  readonly #whole = knownBy(0xff, 0xff);
  readonly #butFirst = knownBy(0, 0xff);
  readonly #butLast = knownBy(0xff, 0);
  #hasShort = false;
  readonly #grams: number;
  readonly #seen = new SeenGrams();
  /** The rows of needles that are to move. */
  readonly #tired: number[] = [];
  #moved = 0;

  /** Looks for what `base` looks for too, by the grams that it chose. Needles are of ASCII and no shorter than `skimMin`. */
  static *of(needles: readonly Needle[], base?: TextSkim): Steps<TextSkim> {
    const skim = new TextSkim(needles, base);
    const first = skim.#needles.length - needles.length;
    for (let at = 0; at < needles.length; at += 1) {
      skim.#add(first + at);
      if (at % addedAtOnce === 0) yield;
    }
    return skim;
  }

  private constructor(needles: readonly Needle[], base: TextSkim | undefined) {
    this.#needles = new NeedleRows(needles, base === undefined ? undefined : base.#needles);
    this.#rows = new Int32Array(this.#needles.length << bitsEach);
    const short = needles.filter(({ text }) => text.length <= gramLength);
    this.#grams =
      2 * (needles.length + short.length * anyGrams.length) + (base === undefined ? 0 : base.#grams);
    const size = Math.min(sizeMax, Math.max(sizeMin, 32 - Math.clz32(cellsEach * this.#grams)));
    this.#shift = 32 + cellsPerWord - size;
    this.#bits = new Int32Array(1 << (size - cellsPerWord));
    if (base === undefined) return;
    this.#rows.set(base.#rows);
    this.#hasShort = base.#hasShort;
    this.#whole.firsts.copy(base.#whole.firsts);
    this.#butFirst.firsts.copy(base.#butFirst.firsts);
    this.#butLast.firsts.copy(base.#butLast.firsts);
    if (this.#shift === base.#shift) this.#bits.set(base.#bits);
    else this.#markAll();
  }

  /** False where it gave up: then more may be there. */
  find(text: TextBytes, atoms: TrueAtoms): boolean {
    const { pairs, words, length } = text;
    const end = (length + 5) >> 2;
    let left = comparisons.least + (length >> comparisons.everyBits);
    for (let from = 0; from < end && left >= 0; from += block) {
      const count = this.#scan(words, from, Math.min(end, from + block));
      for (let hit = 0; hit < count; hit += 1) {
        const at = hits[hit] ?? 0;
        left -= this.#compare(gramBehind(pairs, at), { text, at: 2 * at - 2, atoms });
        if (left < 0) break;
      }
    }
    if (this.#tired.length > 0) this.#moveTired(text);
    return left >= 0;
  }

  /** Notes in `hits` where a gram ends that needles may be known by; gives the number. A loop with calls in it takes twice as long. */
  #scan(words: Int32Array, from: number, to: number): number {
    const bits = this.#bits;
    const shift = this.#shift;
    let count = 0;
    let before = from === 0 ? 0 : firstLow(words[from - 1] ?? 0);
    for (let at = from; at < to; at += 1) {
      const word = firstLow(words[at] ?? 0);
      const odd = (before & 0xffff_0000) | (word & 0xffff) | caseBits;
      const even = (word << 16) | (word >>> 16) | caseBits;
      before = word;
      if (isMarked(bits, shift, odd)) {
        hits[count] = 2 * at;
        count += 1;
      }
      if (isMarked(bits, shift, even)) {
        hits[count] = 2 * at + 1;
        count += 1;
      }
    }
    return count;
  }

  /** Gives the number of comparisons. */
  #compare(gram: number, look: Look): number {
    let count = this.#compareAll(this.#whole.firsts.get(gram), look);
    if (!this.#hasShort) return count;
    count += this.#compareAll(this.#butFirst.firsts.get(gram & this.#butFirst.mask), look);
    return count + this.#compareAll(this.#butLast.firsts.get(gram & this.#butLast.mask), look);
  }

  /** Compares what is not known to be there already, from a row on; gives the number of comparisons. */
  #compareAll(first: number, { text, at, atoms }: Look): number {
    const rows = this.#rows;
    const needles = this.#needles;
    let count = 0;
    for (let next = first; next !== 0; ) {
      const place = next - 1;
      next = rows[place + row.next] ?? 0;
      const needle = needleOf(place);
      const id = needles.ids[needle] ?? 0;
      if (atoms.has(id)) continue;
      count += 1;
      if (needles.standsAt(needle, text, at - (rows[place + row.from] ?? 0))) atoms.add(id);
      else if (this.#tire(place)) this.#tired.push(place);
    }
    return count;
  }

  /** Notes a comparison in vain: whether it was the last that the needle bears. */
  #tire(place: number): boolean {
    const left = (this.#rows[place + row.patience] ?? 0) - 1;
    this.#rows[place + row.patience] = left;
    return left === 0;
  }

  #add(needle: number): void {
    const bytes = this.#needles.bytes(needle);
    const even = needle << bitsEach;
    const odd = even + row.length;
    if (bytes.length <= gramLength) this.#hasShort = true;
    if (bytes.length < gramLength) this.#know(even, 0, this.#butLast);
    else this.#know(even, this.#rarest(bytes, 0), this.#whole);
    if (bytes.length <= gramLength) this.#know(odd, -1, this.#butFirst);
    else this.#know(odd, this.#rarest(bytes, 1), this.#whole);
  }

  #rarest(bytes: Uint8Array, first: number): number {
    return rarestGram(bytes, { first, seen: this.#seen, usesOf: this.#usesOf });
  }

  readonly #usesOf = (gram: number): number => {
    let count = 0;
    for (let next = this.#whole.firsts.get(gram); next !== 0; next = this.#rows[next - 1 + row.next] ?? 0)
      count += 1;
    return count;
  };

  /** Looks for needles that were sought in vain by other grams, where they have rarer ones. */
  #moveTired(text: TextBytes): void {
    this.#seen.add(text);
    for (const place of this.#tired) this.#move(place);
    this.#tired.length = 0;
    if (this.#moved >= movesAtOnce) this.#markAll();
  }

  #move(place: number): void {
    const bytes = this.#needles.bytes(needleOf(place));
    const from = this.#rows[place + row.from] ?? 0;
    // Needles of three or four bytes have no other gram.
    if (bytes.length < gramLength || from < 0) return;
    this.#forget(place, gramAt(bytes, from));
    const moves = (this.#rows[place + row.moves] ?? 0) + 1;
    this.#rows[place + row.moves] = moves;
    this.#know(place, this.#rarest(bytes, from & 1), this.#whole);
    this.#moved += 1;
  }

  /** Takes a row out of those known by a gram. */
  #forget(place: number, gram: number): void {
    const { firsts } = this.#whole;
    const next = this.#rows[place + row.next] ?? 0;
    let before = firsts.get(gram) - 1;
    if (before === place) {
      firsts.set(gram, next);
      return;
    }
    while (this.#rows[before + row.next] !== place + 1) before = (this.#rows[before + row.next] ?? 0) - 1;
    this.#rows[before + row.next] = next;
  }

  /** Forgets the grams that no needle is known by any more. */
  #markAll(): void {
    this.#moved = 0;
    this.#bits.fill(0);
    for (const gram of this.#whole.firsts.grams()) this.#mark(gram);
    for (const known of [this.#butFirst, this.#butLast])
      for (const gram of known.firsts.grams()) this.#markAny(gram, known);
  }

  #know(place: number, from: number, known: Known): void {
    const { mask, firsts } = known;
    const gram = gramAt(this.#needles.bytes(needleOf(place)), from) & mask;
    if (known === this.#whole) this.#mark(gram);
    else this.#markAny(gram, known);
    const moves = this.#rows[place + row.moves] ?? 0;
    this.#rows[place + row.from] = from;
    this.#rows[place + row.next] = firsts.get(gram);
    this.#rows[place + row.patience] = moves < movesMax ? patience << moves : 0;
    firsts.set(gram, place + 1);
  }

  /** The gram with any byte where the mask leaves one out. */
  #markAny(gram: number, { mask }: Known): void {
    for (const any of anyGrams) this.#mark(gram | (any & ~mask));
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

/** Small enough for the compiler to put it where it is called. */
function isMarked(bits: Int32Array, shift: number, gram: number): boolean {
  const hash = Math.imul(gram, golden);
  if (((bits[hash >>> shift] ?? 0) & (1 << hash)) === 0) return false;
  const other = Math.imul(gram, another);
  return ((bits[other >>> shift] ?? 0) & (1 << other)) !== 0;
}

/** Whose row it is. */
const needleOf = (place: number): number => place >> bitsEach;

/** Where a scan is: at which byte a gram begins. */
interface Look {
  readonly text: TextBytes;
  readonly at: number;
  readonly atoms: TrueAtoms;
}
