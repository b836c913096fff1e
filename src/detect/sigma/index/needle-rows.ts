import { lowerByte } from './sought-needle.ts';
import type { Needle } from './text-automaton.ts';
import type { TextBytes } from './text-bytes.ts';

/** Needles of ASCII, one behind the other: few places of memory for what thousands of objects would be. Known by their places. */
export class NeedleRows {
  readonly ids: Int32Array;
  readonly #bytes: Uint8Array;
  /** One more than there are needles. */
  readonly #starts: Int32Array;

  constructor(needles: readonly Needle[]) {
    this.ids = Int32Array.from(needles, ({ id }) => id);
    this.#starts = new Int32Array(needles.length + 1);
    this.#bytes = new Uint8Array(needles.reduce((sum, { text }) => sum + text.length, 0));
    let end = 0;
    for (const [needle, { text }] of needles.entries()) {
      for (let at = 0; at < text.length; at += 1, end += 1) this.#bytes[end] = text.charCodeAt(at);
      this.#starts[needle + 1] = end;
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
