import { compileField } from '../../shared/field-path.ts';
import type { Match } from '../../shared/model/match.ts';

/** A decimal number as text: what `Number` reads, without hexadecimal, blanks and words. */
const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** Greater numbers are none: sums of so many as a window may hold must stay finite. */
const magnitudeMax = 1e300;

/** No double is written longer than this; longer texts are not looked at. */
const textMax = 400;

/**
 * Reads a number from a field: a JSON number, or a text that is a decimal number (blanks around it are no matter).
 * All else, and numbers beyond 1e300, give none.
 */
export function compileNumber(field: string): (match: Match) => number | undefined {
  const read = compileField(field);
  return ({ event, windowFields }) => numberOf(read(windowFields ?? event.fields));
}

function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' ? parse(value) : value;
  if (typeof number !== 'number' || !(Math.abs(number) <= magnitudeMax)) return undefined;
  // Minus nothing is nothing, also after a restart: JSON does not know it.
  return number === 0 ? 0 : number;
}

function parse(text: string): number | undefined {
  if (text.length > textMax) return undefined;
  const trimmed = text.trim();
  return decimal.test(trimmed) ? Number(trimmed) : undefined;
}
