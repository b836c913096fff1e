import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createFoldCase, foldCase } from '../../src/detect/sigma/compile/fold-case.ts';

test('texts that differ in case alone are equal folded', () => {
  expect(foldCase('ΟΔΟΣ')).toBe(foldCase('οδος'));
  expect(foldCase('Straße')).toBe(foldCase('STRAßE'));
  // A part of a text folds to that part of the folded text, also where the Greek sigma ends a word.
  expect(foldCase('ΟΔΟΣΑ')).toContain(foldCase('ΟΔΟΣ'));
});

test('remembering changes nothing, however many and however long the texts are', () => {
  const fold = createFoldCase();
  const texts = fc.sample(fc.string({ unit: 'grapheme', maxLength: 20 }), 2_000);
  const long = ['A'.repeat(3_000_000), 'B'.repeat(3_000_000)];
  for (const text of [...texts, ...long, ...texts]) expect(fold(text) === foldCase(text)).toBe(true);
});
