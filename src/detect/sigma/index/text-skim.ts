import type { Steps } from '../../../shared/steps.ts';
import { bytesOf, caseBit, isAscii, type SoughtNeedle, soughtNeedle, standsAt } from './sought-needle.ts';
import type { Needle } from './text-automaton.ts';
import { pairOf, type TextBytes } from './text-bytes.ts';
import type { TrueAtoms } from './true-atoms.ts';

/**
 * A gram is four bytes as two pairs, each byte with the bit set that tells lower from upper case. Texts are read a pair at
 * a time, so a needle is known by a gram at an even place of it and by one at an odd place.
 */
const gramLength = 4;
const caseBits = 0x2020_2020;
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

/** What logs are made of, the most frequent first; what is not here is rare. By byte, how frequent it is. */
const frequent = ' etaoinsrlcdmp\\uhg.fw0y1b2vk3:4/5-6x7_8z9jq';
const frequency = Uint8Array.from({ length: 128 }, (_, byte) => {
  const rank = frequent.indexOf(String.fromCharCode(byte));
  return rank === -1 ? 0 : frequent.length - rank;
});

/** A needle that is known by a gram makes the gram so much more frequent. */
const usedCost = 10;

/** Words that logs are full of: a gram of one of them is worth a needle's looking for another. */
const commonWords =
  'windows system32 microsoft services.exe security programs users hosts processes images files names signatures status ' +
  'directory logon accounts domains targets sources objects information details version company descriptions products .dll';
const commonCost = 200;

/** Grams are chosen from so many bytes at the beginning of a needle. */
const chosenFrom = 64;

/** Comparisons that a text may cost: so many, and one for two to the power of so many of its bytes. */
const comparisons = { least: 256, everyBits: 2 };

/** So many pairs are scanned before what was found in them is compared. */
const block = 1_024;
const hits = new Int32Array(block);

/** A needle, and where in it its gram begins: one before it where the first byte may be any. */
interface Sought {
  readonly needle: SoughtNeedle;
  readonly from: number;
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
    for (let from = 0; from < end; from += block) {
      const count = this.#scan(pairs, from, Math.min(end, from + block));
      for (let hit = 0; hit < count; hit += 1) {
        const at = hits[hit] ?? 0;
        left -= this.#compare(gramBehind(pairs, at), { text, at: 2 * at - 2, atoms });
        if (left < 0) return false;
      }
    }
    return true;
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
    if (bytes.length < gramLength) this.#know({ needle, from: 0 }, this.#butLast);
    else this.#know({ needle, from: this.#rarest(bytes, 0) }, this.#whole);
    if (bytes.length <= gramLength) this.#know({ needle, from: -1 }, this.#butFirst);
    else this.#know({ needle, from: this.#rarest(bytes, 1) }, this.#whole);
  }

  /** Where the gram begins that has the rarest characters, and that the fewest needles are known by already. */
  #rarest(bytes: Uint8Array, first: number): number {
    const end = Math.min(bytes.length, chosenFrom) - gramLength;
    let best = first;
    let least = Number.POSITIVE_INFINITY;
    for (let at = first; at <= end; at += 2) {
      const gram = gramAt(bytes, at);
      let cost = frequency[bytes[at] ?? 0] ?? 0;
      for (let next = at + 1; next < at + gramLength; next += 1) cost += frequency[bytes[next] ?? 0] ?? 0;
      if (cost >= least) continue;
      if (commonGrams.has(gram)) cost += commonCost;
      cost += usedCost * (this.#whole.byGram.get(gram)?.length ?? 0);
      if (cost < least) [best, least] = [at, cost];
    }
    return best;
  }

  #know(sought: Sought, known: Known): void {
    const { mask, byGram } = known;
    const gram = gramAt(sought.needle.bytes, sought.from);
    if (known === this.#whole) this.#mark(gram);
    else for (const any of anyBytes) this.#mark((gram & mask) | (gramOf(any, any, any, any) & ~mask));
    const others = byGram.get(gram & mask);
    if (others === undefined) byGram.set(gram & mask, [sought]);
    else others.push(sought);
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

/** Compares what is not known to be there already; gives the number of comparisons. */
function compareAll(all: readonly Sought[] | undefined, { text, at, atoms }: Look): number {
  if (all === undefined) return 0;
  let count = 0;
  for (const { needle, from } of all) {
    if (atoms.has(needle.id)) continue;
    count += 1;
    if (standsAt(needle, text, at - from)) atoms.add(needle.id);
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
}

function gramOf(first: number, second: number, ...[third = 0, fourth = 0]: number[]): number {
  return (pairOf(first, second) << 16) | pairOf(third, fourth);
}

const gramBehind = (pairs: Uint16Array, at: number): number =>
  ((at === 0 ? 0 : (pairs[at - 1] ?? 0)) << 16) | (pairs[at] ?? 0) | caseBits;

/** What is not there, before a needle and behind it, is 0. */
const gramAt = (bytes: Uint8Array, at: number): number =>
  gramOf(bytes[at] ?? 0, bytes[at + 1] ?? 0, bytes[at + 2] ?? 0, bytes[at + 3] ?? 0) | caseBits;

const commonGrams = new Set(
  commonWords
    .split(' ')
    .map((word) => bytesOf(word))
    .flatMap((word) => Array.from({ length: word.length - gramLength + 1 }, (_, at) => gramAt(word, at))),
);
