import { fail, ok, type Result } from '../shared/result.ts';
import { type DecodeFailure, failure } from './decode-failure.ts';

/** Deeper JSON is no log: what works on events (comparing, storing, sending) may recurse this far. */
export const depthMax = 256;

/**
 * Parses JSON that a stranger wrote. Own keys named `__proto__` stay plain keys; numbers beyond 2^53 are rounded as
 * every JSON parser of this language does, or with `exactNumbers` are the texts they are written as. V8 parses any depth
 * without recursion; what is too deep is refused after.
 */
export function parseJson(text: string, exactNumbers = false): Result<unknown, DecodeFailure> {
  let value: unknown;
  try {
    value = exactNumbers && largeNumber.test(text) ? JSON.parse(text, keepDigits) : JSON.parse(text);
  } catch (error) {
    return fail(failure('invalid-json', error instanceof Error ? error.message : String(error)));
  }
  if (hasManyBrackets(text) && isDeeperThan(value, depthMax)) {
    return fail(failure('too-deep', `more than ${depthMax} levels`));
  }
  return ok(value);
}

/** Something like a whole number of 16 digits, as 2^53 is: most texts have none, and are parsed as ever. */
const largeNumber = /\d{16}/;

/** `source` is what stands in the text. What is written with a point or an exponent is a measure, and stays a number. */
const keepDigits = (_key: string, value: unknown, context?: { readonly source?: string }): unknown =>
  typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(context?.source ?? '')
    ? context?.source
    : value;

/** A text with fewer opening brackets, strings included, cannot be too deep: a search costs less than a walk. */
function hasManyBrackets(text: string): boolean {
  if (text.length < 2 * depthMax) return false;
  const squares = countUpTo(text, '[', depthMax);
  return squares + countUpTo(text, '{', depthMax - squares) >= depthMax;
}

function countUpTo(text: string, mark: string, most: number): number {
  let count = 0;
  for (let at = text.indexOf(mark); at !== -1 && count < most; at = text.indexOf(mark, at + 1)) count += 1;
  return count;
}

/** Recurses no deeper than `levels`. */
function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  for (const child of Object.values(value)) {
    if (typeof child === 'object' && child !== null && isDeeperThan(child, levels - 1)) return true;
  }
  return false;
}
