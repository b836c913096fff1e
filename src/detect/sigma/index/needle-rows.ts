import { lowerByte } from './sought-needle.ts';
import type { Needle } from './text-automaton.ts';
import type { TextBytes } from './text-bytes.ts';

/** Needles of ASCII, one behind the other: few places of memory for what thousands of objects would be. Known by their places. */
export class NeedleRows {
  readonly ids: Int32Array;
  readonly #bytes: Uint8Array;
  /** One more than there are needles. */
  readonly #starts: Int32Array;

  /** Behind those of `before`, if there are any. */
  constructor(needles: readonly Needle[], before?: NeedleRows) {
    const first = before?.length ?? 0;
    let end = before === undefined ? 0 : before.#bytes.length;
    this.ids = new Int32Array(first + needles.length);
    this.#starts = new Int32Array(first + needles.length + 1);
    this.#bytes = new Uint8Array(needles.reduce((sum, { text }) => sum + text.length, end));
    if (before !== undefined) {
      this.ids.set(before.ids);
      this.#starts.set(before.#starts);
      this.#bytes.set(before.#bytes);
    }
    for (const [at, { text, id }] of needles.entries()) {
      for (let from = 0; from < text.length; from += 1, end += 1) this.#bytes[end] = text.charCodeAt(from);
      this.ids[first + at] = id;
      this.#starts[first + at + 1] = end;
    }
  }

  get length(): number {
    return this.ids.length;
  }

  bytes(needle: number): Uint8Array {
    return this.#bytes.subarray(this.#starts[needle], this.#starts[needle + 1]);
  }

  /** Whether the text has the needle at `start`, which may be outside of it. */
  standsAt(needle: number, text: TextBytes, start: number): boolean {
    const own = this.#bytes;
    const from = this.#starts[needle] ?? 0;
    const to = this.#starts[needle + 1] ?? 0;
    const shift = start - from;
    if (start < 0 || to + shift > text.length) return false;
    const { bytes } = text;
    for (let at = from; at < to; at += 1) if (lowerByte[bytes[at + shift] ?? 0] !== own[at]) return false;
    return true;
  }
}
