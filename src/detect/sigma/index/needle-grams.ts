import { bytesOf } from './sought-needle.ts';
import { pairOf, type TextBytes } from './text-bytes.ts';

/**
 * A gram is four bytes as two pairs, each byte with the bit set that tells lower from upper case. Texts are read a pair at
 * a time, so a needle is known by a gram at an even place of it and by one at an odd place.
 */
export const gramLength = 4;
export const caseBits = 0x2020_2020;

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

/** So is one that was seen, once, in texts in which needles were sought in vain. */
const seenCost = 100;

/** Grams are chosen from so many bytes at the beginning of a needle. */
const chosenFrom = 64;

const gramOf = (before: number, last: number): number => (before << 16) | last;

/** The gram whose second pair is at `at`. */
export const gramBehind = (pairs: Uint16Array, at: number): number =>
  gramOf(at === 0 ? 0 : (pairs[at - 1] ?? 0), pairs[at] ?? 0) | caseBits;

/** What is not there, before a needle and behind it, is 0. */
export const gramAt = (bytes: Uint8Array, at: number): number =>
  gramOf(pairAt(bytes, at), pairAt(bytes, at + 2)) | caseBits;

const pairAt = (bytes: Uint8Array, at: number): number => pairOf(bytes[at] ?? 0, bytes[at + 1] ?? 0);

const commonGrams = new Set(
  commonWords
    .split(' ')
    .map((word) => bytesOf(word))
    .flatMap((word) => Array.from({ length: word.length - gramLength + 1 }, (_, at) => gramAt(word, at))),
);

/** Multiplicative hashing (Knuth, "The Art of Computer Programming", volume 3, 6.4), by the golden ratio. */
const golden = 0x9e37_79b1 | 0;

/** Counts are kept by so many bits of a hash, and no further than to `seenMax`. */
const seenBits = 12;
const seenMax = 0xffff;

/** How often grams were seen, by hash. */
export class SeenGrams {
  readonly #counts = new Uint16Array(1 << seenBits);

  add({ pairs, length }: TextBytes): void {
    const end = (length + 3) >> 1;
    for (let at = 0; at < end; at += 1) {
      const place = placeOf(gramBehind(pairs, at));
      this.#counts[place] = Math.min(seenMax, (this.#counts[place] ?? 0) + 1);
    }
  }

  count(gram: number): number {
    return this.#counts[placeOf(gram)] ?? 0;
  }
}

const placeOf = (gram: number): number => Math.imul(gram, golden) >>> (32 - seenBits);

export interface GramChoice {
  /** The first place that it may begin at; others are behind it by twos. */
  readonly first: number;
  readonly seen: SeenGrams;
  /** How many needles are known by a gram. */
  readonly usesOf: (gram: number) => number;
}

/** Where the gram begins that has the rarest characters, was seen least, and that the fewest needles are known by already. */
export function rarestGram(bytes: Uint8Array, { first, seen, usesOf }: GramChoice): number {
  const end = Math.min(bytes.length, chosenFrom) - gramLength;
  let best = first;
  let least = Number.POSITIVE_INFINITY;
  for (let at = first; at <= end; at += 2) {
    let cost = frequencyOf(bytes, at) + frequencyOf(bytes, at + 2);
    if (cost >= least) continue;
    const gram = gramAt(bytes, at);
    cost += seenCost * seen.count(gram);
    if (commonGrams.has(gram)) cost += commonCost;
    if (cost >= least) continue;
    cost += usedCost * usesOf(gram);
    if (cost >= least) continue;
    best = at;
    least = cost;
  }
  return best;
}

/** Of a pair. */
const frequencyOf = (bytes: Uint8Array, at: number): number =>
  (frequency[bytes[at] ?? 0] ?? 0) + (frequency[bytes[at + 1] ?? 0] ?? 0);
