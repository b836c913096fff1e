import type { TextPart } from '../sigma-value.ts';
import { isAnyRun } from '../text-parts.ts';

export type TestText = (text: string) => boolean;

/** A stretch of a pattern between two `*`. Places are in units of the text. */
interface Segment {
  /** Where it ends when it begins at `at`, or -1. */
  endFrom(text: string, at: number): number;
  /** Where its first occurrence from `at` on ends, or -1. */
  findEnd(text: string, at: number): number;
  /** Where it begins when it ends with the text, or -1. */
  startOfSuffix(text: string): number;
}

/**
 * Whether a whole text is what the parts say. The time is that of a search for each stretch between two `*`, from left
 * to right, without a way back: no pattern can make it grow faster than pattern times text.
 */
export function compileWildcards(parts: readonly TextPart[]): TestText {
  const simple = compileSimple(parts);
  if (simple !== undefined) return simple;
  const segments = segmentsOf(parts);
  const [first, ...rest] = segments;
  const last = rest.pop();
  if (first === undefined) return (text) => text === '';
  if (last === undefined) return (text) => first.endFrom(text, 0) === text.length;
  return (text) => {
    let at = first.endFrom(text, 0);
    if (at === -1) return false;
    const end = last.startOfSuffix(text);
    for (const segment of rest) {
      at = segment.findEnd(text, at);
      if (at === -1 || at > end) return false;
    }
    return end >= at;
  };
}

/** What nearly all patterns are: a text, or one with `*` before it, behind it, or on both sides. */
function compileSimple(parts: readonly TextPart[]): TestText | undefined {
  const literals = parts.filter((part) => typeof part === 'string');
  const [literal = ''] = literals;
  if (literals.length > 1 || parts.some((part) => typeof part === 'object' && !isAnyRun(part)))
    return undefined;
  if (literals.length === 0) return parts.length === 0 ? (text) => text === '' : () => true;
  if (parts.length === 1) return (text) => text === literal;
  if (parts.length === 3) return (text) => text.includes(literal);
  return isAnyRun(parts[0]) ? (text) => text.endsWith(literal) : (text) => text.startsWith(literal);
}

function segmentsOf(parts: readonly TextPart[]): Segment[] {
  const segments: TextPart[][] = [[]];
  for (const part of parts)
    if (isAnyRun(part)) segments.push([]);
    else segments.at(-1)?.push(part);
  return segments.map((segment) =>
    segment.every((part) => typeof part === 'string')
      ? literalSegment(segment.join(''))
      : mixedSegment(segment),
  );
}

function literalSegment(literal: string): Segment {
  const { length } = literal;
  return {
    endFrom: (text, at) => (text.startsWith(literal, at) ? at + length : -1),
    findEnd: (text, at) => {
      const found = text.indexOf(literal, at);
      return found === -1 ? -1 : found + length;
    },
    startOfSuffix: (text) => (text.endsWith(literal) ? text.length - length : -1),
  };
}

/** With `?` in it: character by character, one outside the basic plane counting as one. */
function mixedSegment(parts: readonly TextPart[]): Segment {
  const characters = parts.flatMap((part) => (typeof part === 'string' ? [...part] : [undefined]));
  const isLong = characters.length >= searchedByBitsFrom;
  const endFrom = (text: string, from: number): number => {
    let at = from;
    for (const character of characters) {
      const size = sizeAt(text, at);
      if (size === 0 || (character !== undefined && !text.startsWith(character, at))) return -1;
      at += size;
    }
    return at;
  };
  return {
    endFrom,
    findEnd: isLong
      ? searchByBits(characters)
      : (text, from) => {
          for (let at = from; at <= text.length; at += sizeAt(text, at) || 1) {
            const end = endFrom(text, at);
            if (end !== -1) return end;
          }
          return -1;
        },
    startOfSuffix: (text) => {
      let at = text.length;
      for (let index = 0; index < characters.length; index += 1) at -= sizeBefore(text, at);
      return at >= 0 && endFrom(text, at) === text.length ? at : -1;
    },
  };
}

/** A stretch of so many characters would cost too much where it nearly begins at every place of a text. */
const searchedByBitsFrom = 64;

/**
 * Finds a long stretch with `?` in one pass: a bit for each beginning of the stretch says whether the text, so far, ends with it
 * (Baeza-Yates and Gonnet, "A new approach to text searching"). 32 of them cost one step for each character of the text.
 */
function searchByBits(characters: readonly (string | undefined)[]): Segment['findEnd'] {
  const words = Math.ceil(characters.length / 32);
  const ofAny = new Int32Array(words);
  const ofLiteral = new Map<number, Int32Array>();
  for (const character of characters) {
    const point = character?.codePointAt(0);
    if (point !== undefined && !ofLiteral.has(point)) ofLiteral.set(point, new Int32Array(words));
  }
  for (const [index, character] of characters.entries()) {
    const point = character?.codePointAt(0);
    const masks = point === undefined ? [ofAny, ...ofLiteral.values()] : [ofLiteral.get(point)];
    for (const mask of masks)
      if (mask !== undefined) mask[index >> 5] = (mask[index >> 5] ?? 0) | (1 << (index & 31));
  }
  const [lastWord, lastBit] = [(characters.length - 1) >> 5, (characters.length - 1) & 31];
  return (text, from) => {
    const ends = new Int32Array(words);
    for (let at = from; at < text.length; ) {
      const point = text.codePointAt(at) ?? 0;
      at += point > 0xffff ? 2 : 1;
      shiftAnd(ends, ofLiteral.get(point) ?? ofAny);
      if ((((ends[lastWord] ?? 0) >>> lastBit) & 1) === 1) return at;
    }
    return -1;
  };
}

/** Every beginning goes on by a character, and one begins, where the character is one that may stand there. */
function shiftAnd(ends: Int32Array, mask: Int32Array): void {
  for (let word = 0, carry = 1; word < ends.length; word += 1) {
    const before = ends[word] ?? 0;
    ends[word] = ((before << 1) | carry) & (mask[word] ?? 0);
    carry = before >>> 31;
  }
}

/** 2 where a pair of surrogates begins, 1 at any other unit, 0 at the end. */
function sizeAt(text: string, at: number): number {
  const point = text.codePointAt(at);
  if (point === undefined) return 0;
  return point > 0xffff ? 2 : 1;
}

function sizeBefore(text: string, at: number): number {
  return at >= 2 && sizeAt(text, at - 2) === 2 ? 2 : 1;
}
