import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson } from './canonical-json.ts';

/** The definition, step by step. */
function defined(value: unknown): string {
  if (value === undefined) return 'null';
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(defined).join(',')}]`;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, each]) => `${JSON.stringify(key)}:${defined(each)}`).join(',')}}`;
}

const value = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom('', 'a', '"', '\\', '\u2028', '\ud800', null, undefined, true, -0, 1.5, 1e21, Number.NaN),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'B', '', '10', '9', 'é', 'toJSON', '__proto__'), tie('value')),
  ),
})).value;

test('equal values have equal text, whatever the order of their keys', () => {
  fc.assert(
    fc.property(value, (each) => {
      expect(canonicalJson(each)).toBe(defined(each));
    }),
    { numRuns: 2_000 },
  );
});

test.each<[unknown, string]>([
  [{ b: 1, a: [{ d: undefined, c: 'x' }] }, '{"a":[{"c":"x","d":null}],"b":1}'],
  [{ 10: 'x', 9: 'y' }, '{"10":"x","9":"y"}'],
  [['b', 'a', undefined], '["b","a",null]'],
])('%j is %s', (each, text) => {
  expect(canonicalJson(each)).toBe(text);
});
