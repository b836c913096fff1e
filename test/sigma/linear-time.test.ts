import { expect, test } from 'vitest';
import { compileYaml, faultsOf, sigmaRule } from '../support/sigma-events.ts';

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

test('any number of ? is one search, in a field and as a keyword', () => {
  const stretch = `a${'?'.repeat(9_990)}b`;
  const inField = compileYaml(sigmaRule(`sel:\n  f|contains: '${stretch}'\ncondition: sel`));
  const keyword = compileYaml(sigmaRule(`sel: ['${stretch}']\ncondition: sel`));
  for (const matches of [inField, keyword]) {
    // Character by character it would be a thousand million steps.
    expect(matches({ f: 'a'.repeat(100_000) })).toBe(false);
    expect(matches({ f: `${'a'.repeat(100_000)}b` })).toBe(true);
  }
});

test('a text with ? in it has a length, which is told', () => {
  expect(faultsOf(sigmaRule(`sel: ['${'?'.repeat(10_001)}']\ncondition: sel`))).toEqual([
    '5 document 1 $.detection.sel[0]: more than 10000 characters in a text with "?" in it',
  ]);
});

test('a placeholder of 100,000 values is one look-up', () => {
  const many = Array.from({ length: 100_000 }, (_, index) => `user-${index}`);
  const matches = compileYaml(sigmaRule("sel:\n  f|expand: '%many%'\ncondition: sel"), {
    placeholders: { many },
  });
  expect(matches({ f: 'USER-99999' })).toBe(true);
  expect(matches({ f: 'user-100000' })).toBe(false);
});
