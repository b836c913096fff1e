import { expect, test } from 'vitest';
import { compileYaml, sigmaRule } from '../../../../test/support/sigma-events.ts';

test.each([
  { title: 'in one text, whatever its case', event: { x: '', y: { z: ['', 'of A\u0000B'] } }, isThere: true },
  { title: 'not in two that stand side by side', event: { x: 'a', y: 'b' }, isThere: false },
  { title: 'not where another character is', event: { x: 'a b' }, isThere: false },
])('a keyword with the character between texts is found $title', ({ event, isThere }) => {
  const matches = compileYaml(sigmaRule('words: ["a\\0b"]\ncondition: words'));
  expect(matches(event)).toBe(isThere);
});

test.each([
  { title: 'at the end of a text', event: { x: 'no', y: 'ΟΔΟΣ' }, isThere: true },
  { title: 'before another text', event: { x: 'οδος', y: 'no' }, isThere: true },
  { title: 'not across texts', event: { x: 'οδ', y: 'ος' }, isThere: false },
])('a keyword that ends in a sigma is found $title', ({ event, isThere }) => {
  expect(compileYaml(sigmaRule('words: ["Οδοσ"]\ncondition: words'))(event)).toBe(isThere);
});
