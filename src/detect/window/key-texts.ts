import { type TextView, textOfCodes } from './byte-reader.ts';
import type { ByteWriter } from './byte-writer.ts';

/** Longer texts, and those with characters beyond Latin-1, are kept as they are. */
const lengthMax = 255;
const codeMax = 255;

/**
 * Texts by references, short ones as bytes one behind the other: half the memory of JavaScript's strings, and nothing
 * for the garbage collector to walk. Room of texts that are gone is used again only by `moveTo` another.
 * Bound: its owner's, who moves the texts when more than half of the bytes are dead.
 */
export class KeyTexts {
  /** Of each text its length, in one byte, and its characters. */
  #bytes = new Uint8Array(256);
  #end = 0;
  #dead = 0;
  /** Texts that are kept as they are, by -1 - reference. */
  readonly #others: (string | undefined)[] = [];
  readonly #free: number[] = [];

  /** True when it is worth moving what is left. */
  get isLoose(): boolean {
    return this.#dead > 4_096 && 2 * this.#dead > this.#end;
  }

  add(text: string): number {
    const { length } = text;
    const start = this.#end;
    if (length > lengthMax) return this.#addOther(text);
    if (start + length >= this.#bytes.length) this.#grow(start + length + 1);
    const bytes = this.#bytes;
    bytes[start] = length;
    for (let at = 0; at < length; at += 1) {
      const code = text.charCodeAt(at);
      if (code > codeMax) return this.#addOther(text);
      bytes[start + 1 + at] = code;
    }
    this.#end = start + 1 + length;
    return start;
  }

  addView({ bytes, start, length, text }: TextView): number {
    if (text !== undefined) return this.add(text);
    const reference = this.#end;
    if (length > lengthMax) return this.#addOther(textOfCodes(bytes.subarray(start, start + length)));
    if (reference + length >= this.#bytes.length) this.#grow(reference + length + 1);
    this.#bytes[reference] = length;
    for (let at = 0; at < length; at += 1) this.#bytes[reference + 1 + at] = bytes[start + at] as number;
    this.#end = reference + 1 + length;
    return reference;
  }

  isView(reference: number, view: TextView): boolean {
    const { bytes, start, length, text } = view;
    if (text !== undefined) return this.is(reference, text);
    if (reference < 0) return this.is(reference, textOfCodes(bytes.subarray(start, start + length)));
    const own = this.#bytes;
    if (own[reference] !== length) return false;
    for (let at = 0; at < length; at += 1) if (own[reference + 1 + at] !== bytes[start + at]) return false;
    return true;
  }

  is(reference: number, text: string): boolean {
    if (reference < 0) return this.#others[-1 - reference] === text;
    const bytes = this.#bytes;
    const { length } = text;
    if (bytes[reference] !== length) return false;
    for (let at = 0; at < length; at += 1)
      if (bytes[reference + 1 + at] !== text.charCodeAt(at)) return false;
    return true;
  }

  /** Something of the text. */
  touch(reference: number): number {
    return reference < 0 ? 0 : (this.#bytes[reference] as number);
  }

  textOf(reference: number): string {
    if (reference < 0) return this.#others[-1 - reference] ?? '';
    const start = reference + 1;
    const end = start + (this.#bytes[reference] as number);
    return textOfCodes(this.#bytes.subarray(start, end));
  }

  writeTo(to: ByteWriter, reference: number): void {
    if (reference < 0) to.text(this.#others[-1 - reference] ?? '');
    else to.latin1(this.#bytes, reference + 1, this.#bytes[reference] as number);
  }

  release(reference: number): void {
    if (reference >= 0) {
      this.#dead += 1 + (this.#bytes[reference] as number);
      return;
    }
    this.#others[-1 - reference] = undefined;
    this.#free.push(-1 - reference);
  }

  /** Gives the text to another keeper; returns its reference there. */
  moveTo(keeper: KeyTexts, reference: number): number {
    return keeper.add(this.textOf(reference));
  }

  #addOther(text: string): number {
    const at = this.#free.pop() ?? this.#others.length;
    this.#others[at] = text;
    return -1 - at;
  }

  /** By a quarter: at a million keys the room to spare is what doubling would waste. */
  #grow(size: number): void {
    const larger = new Uint8Array(Math.max(2 * Math.min(size, 2 ** 20), size + (size >> 2)));
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}
