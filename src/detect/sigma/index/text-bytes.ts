/** The part of `TextEncoder` (https://encoding.spec.whatwg.org) that is used here; it is pure, though no part of ECMAScript. */
declare const TextEncoder: new () => {
  encodeInto(text: string, into: Uint8Array): { readonly written: number };
};

/** Texts of more units are given as texts only. */
const lengthMax = 1 << 20;

/** So many bytes of 0 are put behind a text: what is read four at a time, as far as a pair behind it, has no others. */
const behind = 5;

/** These fold to ASCII letters (Kelvin sign, I with a dot). */
const foldsToAscii = /[\u212a\u0130]/;

/** A text in UTF-8, to be read two bytes at a time: that is several times as fast as reading the units of a string. */
export class TextBytes {
  /** The bytes of the last text, and after them no others but 0. Good until the next. */
  bytes = new Uint8Array(0);
  /** The same in pairs, as the machine orders them. */
  pairs = new Uint16Array(0);
  /** The same in fours. */
  words = new Int32Array(0);
  /** So many bytes are the text's. */
  length = 0;
  isAscii = true;
  readonly #encoder = new TextEncoder();

  constructor() {
    this.#grow(8_192);
  }

  /** False where the text is too long, or has characters outside ASCII that are equal to ASCII ones but for case. */
  put(text: string): boolean {
    const { length } = text;
    if (length > lengthMax) return false;
    // A unit takes three bytes at the most, and some are left for what comes after the text.
    if (3 * length + behind > this.bytes.length) this.#grow(8 * length);
    this.length = this.#encoder.encodeInto(text, this.bytes).written;
    for (let at = this.length; at < this.length + behind; at += 1) this.bytes[at] = 0;
    this.isAscii = this.length === length;
    return this.isAscii || !foldsToAscii.test(text);
  }

  #grow(size: number): void {
    this.bytes = new Uint8Array(size);
    this.pairs = new Uint16Array(this.bytes.buffer);
    this.words = new Int32Array(this.bytes.buffer);
  }
}

const isLittleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** Four bytes with the pair that comes first in the lower half. */
export const firstLow = (word: number): number => (isLittleEndian ? word : (word << 16) | (word >>> 16));

/** Two bytes as `pairs` has them. */
export const pairOf = (first: number, second: number): number =>
  isLittleEndian ? first | (second << 8) : (first << 8) | second;
