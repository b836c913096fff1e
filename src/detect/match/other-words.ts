// What other rule languages call things, for hints: words too far from ours for a comparison of letters.

/** Operators. */
export const otherOperators: Readonly<Record<string, string>> = {
  '=': 'equal',
  '==': 'equal',
  '===': 'equal',
  is: 'equal',
  eq: 'equal',
  '!=': 'notEqual',
  '!==': 'notEqual',
  '<>': 'notEqual',
  ne: 'notEqual',
  neq: 'notEqual',
  '>': 'greaterThan',
  gt: 'greaterThan',
  '>=': 'greaterThanInclusive',
  gte: 'greaterThanInclusive',
  '<': 'lessThan',
  lt: 'lessThan',
  '<=': 'lessThanInclusive',
  lte: 'lessThanInclusive',
  re: 'matches',
  regex: 'matches',
  regexp: 'matches',
  match: 'matches',
  '=~': 'matches',
  like: 'containsText',
  includes: 'containsText',
  substring: 'containsText',
  beginswith: 'startsWith',
  oneof: 'in',
  network: 'cidr',
  subnet: 'cidr',
  isnull: 'exists',
  present: 'exists',
};

/** Members of a comparison, and groups. */
export const otherMembers: Readonly<Record<string, string>> = {
  and: 'all',
  or: 'any',
  none: 'not',
  field: 'fact',
  key: 'fact',
  op: 'operator',
  comparison: 'operator',
};

/** What was probably meant by a word of another language; undefined where it is none of them. */
export function ofOtherWords(words: Readonly<Record<string, string>>, written: string): string | undefined {
  const word = written.toLowerCase();
  return Object.hasOwn(words, word) ? words[word] : undefined;
}
