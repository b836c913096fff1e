import type { Steps } from '../../../shared/steps.ts';
import type { Needle } from './text-automaton.ts';
import { pairOf, type TextBytes } from './text-bytes.ts';

/**
 * A gram is four bytes as two pairs, each byte with the bit set that tells lower from upper case. Texts are read a pair at
 * a time, so a needle is known by a gram at an even place of it and by one at an odd place.
 */
const gramLength = 4;
const caseBit = 0x20;
const caseBits = 0x2020_2020;
const anyBytes = Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => (byte & caseBit) !== 0);

/** Shorter needles have no three bytes to be known by. */
const needleMin = 3;

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

/** Comparisons that a text may cost: so many, and one for so many of its bytes. */
const comparisons = { least: 256, every: 4 };

/** A needle, and where in it its gram begins: one before it where the first byte of the gram may be any. */
interface Sought {
  readonly needle: Needle;
  readonly bytes: Uint8Array;
  readonly from: number;
}

/** Needles by a gram; `mask` leaves out the byte that may be any, where needles have only three to be known by. */
interface Known {
  readonly mask: number;
  readonly byGram: Map<number, Sought[]>;
}

/**
 * Finds needles in long texts by one look for two bytes into a small table: is here one of the rare grams that needles are
 * known by? Only then needles are compared. It finds what an automaton finds, or gives up.
 */
export class TextSkim {
  /** Two bits for each gram by its hashes (Bloom, "Space/time trade-offs in hash coding", 1970). */
  readonly #bits: Uint8Array;
  readonly #shift: number;
  readonly #whole: Known = { mask: gramOf(0xff, 0xff, 0xff, 0xff), byGram: new Map() };
  readonly #butFirst: Known = { mask: gramOf(0, 0xff, 0xff, 0xff), byGram: new Map() };
  readonly #butLast: Known = { mask: gramOf(0xff, 0xff, 0xff, 0), byGram: new Map() };
  readonly #known = [this.#whole, this.#butFirst, this.#butLast];
  /** There are needles outside ASCII, which are in no text that is ASCII. */
  readonly #hasOthers: boolean;

  /** Undefined where needles are too short. */
  static *of(needles: readonly Needle[]): Steps<TextSkim | undefined> {
    const ascii = needles.filter(({ text }) => isAscii(text));
    if (ascii.some(({ text }) => text.length < needleMin)) return undefined;
    const skim = new TextSkim(ascii, ascii.length < needles.length);
    for (const needle of ascii) {
      skim.#add(needle);
      yield;
    }
    return skim;
  }

  private constructor(needles: readonly Needle[], hasOthers: boolean) {
    this.#hasOthers = hasOthers;
    const short = needles.filter(({ text }) => text.length <= gramLength);
    const size = 32 - Math.clz32(64 * (needles.length + short.length * anyBytes.length));
    this.#shift = 32 - Math.min(20, Math.max(13, size));
    this.#bits = new Uint8Array(1 << (29 - this.#shift));
  }

  /** Calls `found` with the id of each needle, once or more often. False where it gave up: then more may be there. */
  find(text: TextBytes, found: (id: number) => void): boolean {
    const { pairs, length, isAscii } = text;
    if (this.#hasOthers && !isAscii) return false;
    const bits = this.#bits;
    const shift = this.#shift;
    const end = (length + 3) >> 1;
    let left = comparisons.least + Math.floor(length / comparisons.every);
    let gram = 0;
    for (let at = 0; at < end; at += 1) {
      gram = (gram << 16) | (pairs[at] ?? 0) | caseBits;
      const hash = Math.imul(gram, golden) >>> shift;
      if (((bits[hash >>> 3] ?? 0) & (1 << (hash & 7))) === 0) continue;
      const other = Math.imul(gram, another) >>> shift;
      if (((bits[other >>> 3] ?? 0) & (1 << (other & 7))) === 0) continue;
      left -= this.#compare(gram, { text, at: 2 * at - 2, found });
      if (left < 0) return false;
    }
    return true;
  }

  /** Gives the number of comparisons. */
  #compare(gram: number, { text, at, found }: Place): number {
    let count = 0;
    for (const { mask, byGram } of this.#known) {
      const all = byGram.get(gram & mask);
      if (all === undefined) continue;
      count += all.length;
      for (const sought of all) if (standsAt(sought, text, at - sought.from)) found(sought.needle.id);
    }
    return count;
  }

  #add(needle: Needle): void {
    const bytes = bytesOf(needle.text);
    if (bytes.length < gramLength) this.#know({ needle, bytes, from: 0 }, this.#butLast);
    else this.#know({ needle, bytes, from: this.#rarest(bytes, 0) }, this.#whole);
    if (bytes.length <= gramLength) this.#know({ needle, bytes, from: -1 }, this.#butFirst);
    else this.#know({ needle, bytes, from: this.#rarest(bytes, 1) }, this.#whole);
  }

  /** Where the gram begins that has the rarest characters, and that the fewest needles are known by already. */
  #rarest(bytes: Uint8Array, first: number): number {
    const end = Math.min(bytes.length, chosenFrom) - gramLength;
    let best = first;
    let least = Number.POSITIVE_INFINITY;
    for (let at = first; at <= end; at += 2) {
      const isCommon = commonGrams.has(gramAt(bytes, at));
      let cost =
        (isCommon ? commonCost : 0) + usedCost * (this.#whole.byGram.get(gramAt(bytes, at))?.length ?? 0);
      for (let next = at; next < at + gramLength; next += 1) cost += frequency[bytes[next] ?? 0] ?? 0;
      if (cost < least) [best, least] = [at, cost];
    }
    return best;
  }

  #know(sought: Sought, known: Known): void {
    const { mask, byGram } = known;
    const gram = gramAt(sought.bytes, sought.from);
    if (known === this.#whole) this.#mark(gram);
    else for (const any of anyBytes) this.#mark((gram & mask) | (gramOf(any, any, any, any) & ~mask));
    const others = byGram.get(gram & mask);
    if (others === undefined) byGram.set(gram & mask, [sought]);
    else others.push(sought);
  }

  #mark(gram: number): void {
    for (const multiplier of [golden, another]) {
      const hash = Math.imul(gram, multiplier) >>> this.#shift;
      this.#bits[hash >>> 3] = (this.#bits[hash >>> 3] ?? 0) | (1 << (hash & 7));
    }
  }
}

/** Where a scan is: at which byte a gram begins. */
interface Place {
  readonly text: TextBytes;
  readonly at: number;
  readonly found: (id: number) => void;
}

function gramOf(first: number, second: number, ...[third = 0, fourth = 0]: number[]): number {
  return (pairOf(first, second) << 16) | pairOf(third, fourth);
}

const bytesOf = (ascii: string): Uint8Array => Uint8Array.from(ascii, (character) => character.charCodeAt(0));

/** What is not there, before a needle and behind it, is 0. */
const gramAt = (bytes: Uint8Array, at: number): number =>
  gramOf(bytes[at] ?? 0, bytes[at + 1] ?? 0, bytes[at + 2] ?? 0, bytes[at + 3] ?? 0) | caseBits;

const commonGrams = new Set(
  commonWords
    .split(' ')
    .map((word) => bytesOf(word))
    .flatMap((word) => Array.from({ length: word.length - gramLength + 1 }, (_, at) => gramAt(word, at))),
);

const isAscii = (text: string): boolean => !/[^\0-\x7f]/.test(text);

/** By byte: that of the lower case letter. */
const lower = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x41 && byte <= 0x5a ? byte | caseBit : byte,
);

function standsAt({ needle, bytes }: Sought, text: TextBytes, start: number): boolean {
  const end = start + bytes.length;
  if (start < 0 || end > text.length) return false;
  if (needle.at === 'prefix' && start !== 0) return false;
  if (needle.at === 'suffix' && end !== text.length) return false;
  for (let at = 0; at < bytes.length; at += 1)
    if (lower[text.bytes[start + at] ?? 0] !== bytes[at]) return false;
  return true;
}
