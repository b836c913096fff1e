import { expect, test } from 'vitest';
import { compileYaml, sigmaRule } from '../support/sigma-events.ts';

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

test('a placeholder of 100,000 values is one look-up', () => {
  const many = Array.from({ length: 100_000 }, (_, index) => `user-${index}`);
  const matches = compileYaml(sigmaRule("sel:\n  f|expand: '%many%'\ncondition: sel"), {
    placeholders: { many },
  });
  expect(matches({ f: 'USER-99999' })).toBe(true);
  expect(matches({ f: 'user-100000' })).toBe(false);
});
