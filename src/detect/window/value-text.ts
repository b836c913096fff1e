import { canonicalJson } from '../../shared/canonical-json.ts';
import { compileField } from '../../shared/field-path.ts';
import type { Match } from '../../shared/model/match.ts';

/** Longer texts of values are kept by their beginning, their length and a hash of 106 bits. */
const textMax = 1_024;

/**
 * Reads the value of a field, or the tuple of several, as canonical JSON: equal values have equal texts. A missing or
 * null field gives none, so does a tuple that lacks any. Values are log text of any length; past 1,024 units a text is
 * cut and carries a hash, so two different values of equal beginning and length are taken for one only if two hashes
 * of 53 bits agree.
 */
export function compileValueText(field: string | readonly string[]): (match: Match) => string | undefined {
  if (typeof field === 'string') {
    const read = compileField(field);
    return ({ event, windowFields }) => {
      const value = read(windowFields ?? event.fields);
      return value === undefined || value === null ? undefined : bounded(canonicalJson(value));
    };
  }
  const readers = field.map(compileField);
  return ({ event, windowFields }) => {
    const values = readers.map((read) => read(windowFields ?? event.fields));
    if (values.some((value) => value === undefined || value === null)) return undefined;
    return bounded(canonicalJson(values));
  };
}

const bounded = (text: string): string =>
  text.length <= textMax
    ? text
    : `${text.slice(0, textMax / 2)}…${text.length}:${hash53(text, 1)}:${hash53(text, 2)}`;

/** Two rounds of 32-bit multiplication (cyrb53, public domain): 53 bits that depend on every unit of the text. */
export function hash53(text: string, seed: number): number {
  let high = 0xdeadbeef ^ seed;
  let low = 0x41c6ce57 ^ seed;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    high = Math.imul(high ^ unit, 2654435761);
    low = Math.imul(low ^ unit, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return 4294967296 * (2097151 & low) + (high >>> 0);
}
