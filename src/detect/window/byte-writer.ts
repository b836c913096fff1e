/** Numbers of up to so many bits are written by integer arithmetic. */
const smallMax = 2 ** 28;

/**
 * Writes numbers and texts as bytes, one behind the other, to be read by `ByteReader` in the same order. Small whole numbers
 * take one byte, times little more than their distance from the one before. Bound: its owner's.
 */
export class ByteWriter {
  #bytes: Uint8Array;
  #end = 0;
  /** The last large number: the next is written by its distance. */
  #base = 0;
  readonly #double = new DataView(new ArrayBuffer(8));
  readonly #doubleBytes = new Uint8Array(this.#double.buffer);

  constructor(room = 64) {
    this.#bytes = new Uint8Array(room);
  }

  /** What was written, until more is. */
  written(): Uint8Array {
    return this.#bytes.subarray(0, this.#end);
  }

  /** What was written; it stays as it is. */
  taken(): Uint8Array {
    return this.#bytes.slice(0, this.#end);
  }

  /** Begins anew. */
  clear(): void {
    this.#end = 0;
    this.#base = 0;
  }

  /** A whole number from 0 to 2^53, seven bits a byte, the lowest first (LEB128). */
  count(number: number): void {
    if (this.#end + 8 > this.#bytes.length) this.#grow(8);
    let rest = number;
    const bytes = this.#bytes;
    for (; rest >= smallMax; rest = Math.floor(rest / 128)) {
      bytes[this.#end] = (rest % 128) + 128;
      this.#end += 1;
    }
    for (; rest > 127; rest >>>= 7) {
      bytes[this.#end] = (rest & 127) | 128;
      this.#end += 1;
    }
    bytes[this.#end] = rest;
    this.#end += 1;
  }

  /**
   * A whole number of either sign, up to 2^53: the sign below the number in one count. Places of deadlines are hashes of
   * 53 bits, so that they lie that far from each other, and twice that is no exact number.
   */
  difference(number: number): void {
    const sign = number < 0 ? 1 : 0;
    const size = sign === 1 ? -(number + 1) : number;
    if (size < 2 ** 52) {
      this.count(2 * size + sign);
      return;
    }
    if (this.#end === this.#bytes.length) this.#grow(1);
    this.#bytes[this.#end] = 128 + 2 * (size % 64) + sign;
    this.#end += 1;
    this.count(Math.floor(size / 64));
  }

  /** Any number, exactly, the infinite ones, NaN and -0 too. */
  number(number: number): void {
    if (!Number.isSafeInteger(number) || Math.abs(number) > 2 ** 48 || Object.is(number, -0)) {
      this.count(2);
      this.#raw(number);
      return;
    }
    if (Math.abs(number) < 2 ** 30) {
      this.count(3 * (number < 0 ? -2 * number - 1 : 2 * number));
      return;
    }
    const distance = number - this.#base;
    this.#base = number;
    this.count(3 * (distance < 0 ? -2 * distance - 1 : 2 * distance) + 1);
  }

  /** Latin-1, as `text` writes it. */
  latin1(bytes: Uint8Array, start: number, length: number): void {
    this.count(2 * length);
    if (this.#end + length > this.#bytes.length) this.#grow(length);
    for (let at = 0; at < length; at += 1) this.#bytes[this.#end + at] = bytes[start + at] as number;
    this.#end += length;
  }

  /** Any text: Latin-1 as a byte a character, others as two. */
  text(text: string): void {
    let isWide = false;
    for (let at = 0; at < text.length && !isWide; at += 1) isWide = text.charCodeAt(at) > 255;
    this.count(2 * text.length + (isWide ? 1 : 0));
    const size = isWide ? 2 * text.length : text.length;
    if (this.#end + size > this.#bytes.length) this.#grow(size);
    const bytes = this.#bytes;
    for (let at = 0; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      bytes[this.#end] = code & 255;
      this.#end += 1;
      if (!isWide) continue;
      bytes[this.#end] = code >> 8;
      this.#end += 1;
    }
  }

  /** Bytes, after their number. */
  piece(piece: Uint8Array): void {
    this.count(piece.length);
    this.raw(piece);
  }

  /** Bytes as they are. */
  raw(piece: Uint8Array): void {
    if (this.#end + piece.length > this.#bytes.length) this.#grow(piece.length);
    this.#bytes.set(piece, this.#end);
    this.#end += piece.length;
  }

  #raw(number: number): void {
    this.#double.setFloat64(0, number, true);
    this.raw(this.#doubleBytes);
  }

  #grow(room: number): void {
    const larger = new Uint8Array(2 * (this.#end + room));
    larger.set(this.#bytes.subarray(0, this.#end));
    this.#bytes = larger;
  }
}
