import { expect, test } from 'vitest';
import { compileYaml, sigmaRule } from '../support/sigma-events.ts';
import { absent, describeVectors } from '../support/sigma-vectors.ts';

describeVectors('re', [
  { item: "f|re: 'a+b'", yes: ['ab', 'xaaby', ['x', 'ab']], no: ['AB', 'b', '', null, absent] },
  { item: "f|re: '^a.c$'", yes: ['abc', 'a c'], no: ['xabc', 'abcd', 'a\nc'] },
  { item: "f|re: '\\d{3}'", yes: ['a123', 123, 4567], no: ['12', 12] },
  { item: "f|re: ['x{2}', '[^a-z]9']", yes: ['xx', '_9'], no: ['x', 'a9'] },
  { item: "f|re: '(?i)abc'", yes: ['ABC'], no: ['ab'] },
  { item: "f|re: 'a\\.b|c'", yes: ['a.b', 'c'], no: ['axb'] },
  { item: "f|re|contains: 'b.d'", yes: ['abcde', 'bcd'], no: ['bd'] },
  { item: "f|re|startswith: '^b'", yes: ['bc'], no: ['ab'] },
  { item: "f|re|endswith: 'b$'", yes: ['ab'], no: ['bc'] },
  { item: "f|re|all: ['a', 'b']", yes: ['ab', 'ba'], no: ['a', 'b'] },
]);

describeVectors('re with i, m, s', [
  { item: "f|re|i: 'aBc'", yes: ['ABC', 'abc', 'xabcx'], no: ['ab', '', null, absent] },
  { item: "f|re|ignorecase: '^x$'", yes: ['X', 'x'], no: ['xx'] },
  { item: "f|re|m: '^b$'", yes: ['a\nb\nc', 'b'], no: ['ab', 'a\nbc'] },
  { item: "f|re|multiline: 'a$'", yes: ['a\nb'], no: ['ab'] },
  { item: "f|re|s: 'a.b'", yes: ['a\nb', 'a b'], no: ['ab', 'A\nB'] },
  { item: "f|re|dotall: '^.$'", yes: ['\n'], no: ['\n\n'] },
  { item: "f|re|i|m|s: '^A.b$'", yes: ['x\na\nB', 'a B'], no: ['xa b'] },
]);

describeVectors('cidr', [
  {
    item: "f|cidr: '10.0.0.0/8'",
    yes: ['10.0.0.0', '10.255.255.255', ['x', '10.1.2.3']],
    no: ['11.0.0.0', '9.255.255.255', '', null, absent, '10.0.0', 'x', 10],
  },
  {
    item: "f|cidr: '192.168.4.0/23'",
    yes: ['192.168.5.255', '192.168.4.0'],
    no: ['192.168.6.0', '192.168.3.255'],
  },
  { item: "f|cidr: '192.0.2.7'", yes: ['192.0.2.7'], no: ['192.0.2.8'] },
  {
    item: "f|cidr: ['2001:db8::/32', '127.0.0.0/8']",
    yes: ['2001:db8::1', '2001:DB8:ffff::', '127.0.0.1', '::ffff:127.0.0.1'],
    no: ['2001:db9::', '::1'],
  },
  { item: "f|cidr: '::1/128'", yes: ['::1', '0:0:0:0:0:0:0:1'], no: ['::2', '0.0.0.1'] },
]);

test.each([
  ['(a+)+$', 'a'],
  ['(a|aa)+$', 'a'],
  ['(.*a){20}$', 'a'],
  ['([a-z]+)*\\d$', 'a'],
])('%s takes linear time on 100 kB', (pattern, letter) => {
  const matches = compileYaml(sigmaRule(`sel:\n  f|re: '${pattern}'\ncondition: sel`));
  const text = `${letter.repeat(100_000)}!`;
  // A backtracking engine would not come back.
  expect(matches({ f: text })).toBe(false);
});

test('wildcards take the time of a search, whatever the pattern', () => {
  const matches = compileYaml(sigmaRule(`sel:\n  f: '${'*a'.repeat(200)}*b'\ncondition: sel`));
  expect(matches({ f: 'a'.repeat(100_000) })).toBe(false);
  expect(matches({ f: `${'a'.repeat(100_000)}b` })).toBe(true);
});
