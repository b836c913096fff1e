import { type TextView, textOfCodes } from './byte-reader.ts';
import type { ByteWriter } from './byte-writer.ts';
import { type GroupRows, row } from './group-rows.ts';
import { KeyTexts } from './key-texts.ts';

/** So many characters stand in the row, if all are of Latin-1: an address in brackets and quotes. */
const shortMax = 4 * (row.size - row.key);
/** The reference of a text in the row is its length and this; those of `KeyTexts` are greater. */
const short = -(2 ** 31);
/** In place of the reference, for a row that is not in use. */
const unused = short + shortMax + 1;
const codeMax = 255;

/** The keys of groups: short ones in the rows themselves, which are looked at anyway, others with `KeyTexts`. Bound: one key a row. */
export class RowTexts {
  readonly #rows: GroupRows;
  #long = new KeyTexts();
  #longs = 0;

  constructor(rows: GroupRows) {
    this.#rows = rows;
  }

  /** Whether any text is not in its row. */
  get hasLong(): boolean {
    return this.#longs > 0;
  }

  has(id: number): boolean {
    return this.#rows.integers[id * row.size + row.text] !== unused;
  }

  put(id: number, text: string): void {
    this.#refer(id, this.#isPut(id, text) ? short + text.length : this.#keep(text));
  }

  putView(id: number, view: TextView): void {
    const { bytes, start, length, text } = view;
    if (text !== undefined) this.put(id, text);
    else if (length > shortMax) {
      this.#longs += 1;
      this.#refer(id, this.#long.addView(view));
    } else {
      const own = this.#rows.bytes;
      const first = startOf(id);
      for (let at = 0; at < length; at += 1) own[first + at] = bytes[start + at] as number;
      this.#refer(id, short + length);
    }
  }

  is(id: number, text: string): boolean {
    const reference = this.#referenceOf(id);
    const { length } = text;
    if (!isShort(reference)) return this.#long.is(reference, text);
    if (reference !== short + length) return false;
    const { bytes } = this.#rows;
    const start = startOf(id);
    for (let at = 0; at < length; at += 1) if (bytes[start + at] !== text.charCodeAt(at)) return false;
    return true;
  }

  isView(id: number, view: TextView): boolean {
    const { bytes, start, length, text } = view;
    if (text !== undefined) return this.is(id, text);
    const reference = this.#referenceOf(id);
    if (!isShort(reference)) return this.#long.isView(reference, view);
    if (reference !== short + length) return false;
    const own = this.#rows.bytes;
    const first = startOf(id);
    for (let at = 0; at < length; at += 1) if (own[first + at] !== bytes[start + at]) return false;
    return true;
  }

  /** Something of a text that is not in the row. */
  touch(id: number): number {
    const reference = this.#referenceOf(id);
    return isShort(reference) ? reference : this.#long.touch(reference);
  }

  textOf(id: number): string {
    const reference = this.#referenceOf(id);
    if (!isShort(reference)) return this.#long.textOf(reference);
    const start = startOf(id);
    return textOfCodes(this.#rows.bytes.subarray(start, start + reference - short));
  }

  writeTo(to: ByteWriter, id: number): void {
    const reference = this.#referenceOf(id);
    if (isShort(reference)) to.latin1(this.#rows.bytes, startOf(id), reference - short);
    else this.#long.writeTo(to, reference);
  }

  /** Forgets the text of the last but `end` rows; the row is not in use then. */
  release(id: number, end: number): void {
    const reference = this.#referenceOf(id);
    this.#refer(id, unused);
    if (isShort(reference)) return;
    this.#longs -= 1;
    this.#long.release(reference);
    if (this.#long.isLoose) this.#compact(end);
  }

  #keep(text: string): number {
    this.#longs += 1;
    return this.#long.add(text);
  }

  /** Moves the long texts close together: each byte that died pays for one that is moved. */
  #compact(end: number): void {
    const texts = new KeyTexts();
    for (let id = 0; id < end; id += 1) {
      const reference = this.#referenceOf(id);
      if (!isShort(reference)) this.#refer(id, this.#long.moveTo(texts, reference));
    }
    this.#long = texts;
  }

  #referenceOf(id: number): number {
    return this.#rows.integers[id * row.size + row.text] as number;
  }

  #refer(id: number, reference: number): void {
    this.#rows.integers[id * row.size + row.text] = reference;
  }

  /** Writes a short text into the row; false where it is none. */
  #isPut(id: number, text: string): boolean {
    if (text.length > shortMax) return false;
    const { bytes } = this.#rows;
    const start = startOf(id);
    for (let at = 0; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (code > codeMax) return false;
      bytes[start + at] = code;
    }
    return true;
  }
}

const startOf = (id: number): number => 4 * (id * row.size + row.key);

const isShort = (reference: number): boolean => reference <= unused;
