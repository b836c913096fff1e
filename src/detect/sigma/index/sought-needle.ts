import type { Needle } from './text-automaton.ts';
import type { TextBytes } from './text-bytes.ts';

/** The bit that tells lower from upper case letters of ASCII. */
export const caseBit = 0x20;

/** By byte: that of the lower case letter. */
export const lowerByte = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x41 && byte <= 0x5a ? byte | caseBit : byte,
);

/** A needle of ASCII to be compared with the bytes of texts. */
export interface SoughtNeedle {
  readonly id: number;
  readonly bytes: Uint8Array;
}

export const soughtNeedle = ({ id, text }: Pick<Needle, 'id' | 'text'>): SoughtNeedle => ({
  id,
  bytes: bytesOf(text),
});

export const isAscii = (text: string): boolean => !/[^\0-\x7f]/.test(text);

export function bytesOf(ascii: string): Uint8Array {
  const bytes = new Uint8Array(ascii.length);
  for (let at = 0; at < bytes.length; at += 1) bytes[at] = ascii.charCodeAt(at);
  return bytes;
}

/** Whether the text has the needle at `start`, which may be outside of it. */
export function standsAt({ bytes }: SoughtNeedle, text: TextBytes, start: number): boolean {
  if (start < 0 || start + bytes.length > text.length) return false;
  const { bytes: found } = text;
  for (let at = 0; at < bytes.length; at += 1)
    if (lowerByte[found[start + at] ?? 0] !== bytes[at]) return false;
  return true;
}
