import { numbersOfLength } from './numbers-of-length.ts';

/** Characters are made into texts so many at a time: a call takes no more arguments than that safely. */
const charactersAtOnce = 4_096;

/** A text that was read: as bytes, a character each, or, where it has others than Latin-1's, as it is. */
export interface TextView {
  bytes: Uint8Array;
  start: number;
  length: number;
  text: string | undefined;
}

export const textView = (): TextView => ({ bytes: new Uint8Array(), start: 0, length: 0, text: undefined });

/** Reads what `ByteWriter` wrote, in the same order. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  #at = 0;
  #base = 0;
  readonly #double = new DataView(new ArrayBuffer(8));
  readonly #doubleBytes = new Uint8Array(this.#double.buffer);

  constructor(bytes: Uint8Array) {
    // Node's Buffer is a Uint8Array too, but one whose parts cost more to make.
    this.#bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  count(): number {
    const bytes = this.#bytes;
    let byte = this.#byte();
    let number = byte & 127;
    for (let shift = 7; byte > 127; shift += 7) {
      byte = bytes[this.#at] as number;
      this.#at += 1;
      number = shift < 28 ? number | ((byte & 127) << shift) : number + (byte & 127) * 2 ** shift;
    }
    return number;
  }

  difference(): number {
    const byte = this.#byte();
    const low = (byte & 127) >> 1;
    const size = byte > 127 ? low + 64 * this.count() : low;
    return (byte & 1) === 1 ? -size - 1 : size;
  }

  number(): number {
    const written = this.count();
    const tag = written % 3;
    if (tag === 2) return this.#raw();
    const difference = unsigned((written - tag) / 3);
    if (tag === 0) return difference;
    this.#base += difference;
    return this.#base;
  }

  numbers(count: number): readonly number[] {
    const numbers = numbersOfLength(count);
    for (let at = 0; at < count; at += 1) numbers[at] = this.number();
    return numbers;
  }

  text(): string {
    const written = this.count();
    const length = written >>> 1;
    return (written & 1) === 1 ? this.#wide(length) : textOfCodes(this.#take(length));
  }

  /** Reads a text without making one where it is Latin-1. */
  textInto(view: TextView): void {
    const written = this.count();
    const isWide = (written & 1) === 1;
    view.text = isWide ? this.#wide(written >>> 1) : undefined;
    view.bytes = this.#bytes;
    view.start = this.#at;
    view.length = isWide ? 0 : written >>> 1;
    this.#at += view.length;
    if (this.#at > this.#bytes.length) throw new Error('window state that ends too early');
  }

  piece(): Uint8Array {
    return this.#take(this.count());
  }

  /** Bytes are there for as many numbers as were written: what is cut off is a broken state, and no endless loop. */
  #byte(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) throw new Error('window state that ends too early');
    this.#at += 1;
    return byte;
  }

  #take(length: number): Uint8Array {
    const start = this.#at;
    this.#at += length;
    if (this.#at > this.#bytes.length) throw new Error('window state that ends too early');
    return this.#bytes.subarray(start, this.#at);
  }

  #raw(): number {
    this.#doubleBytes.set(this.#take(8));
    return this.#double.getFloat64(0, true);
  }

  #wide(length: number): string {
    const bytes = this.#take(2 * length);
    const codes = Uint16Array.from(
      { length },
      (_, at) => (bytes[2 * at] as number) | ((bytes[2 * at + 1] as number) << 8),
    );
    return textOfCodes(codes);
  }
}

const unsigned = (written: number): number => (written % 2 === 1 ? -(written + 1) / 2 : written / 2);

/** The text of these characters. */
export function textOfCodes(codes: Uint8Array | Uint16Array): string {
  let text = '';
  for (let at = 0; at < codes.length; at += charactersAtOnce)
    text += String.fromCharCode.apply(null, codes.subarray(at, at + charactersAtOnce) as unknown as number[]);
  return text;
}
