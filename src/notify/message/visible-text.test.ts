import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { textOf, visibleText } from './visible-text.ts';

describe('text from a log is shown', () => {
  test.each([
    {
      title: 'as it is where all of it can be seen',
      text: 'root — Zürich 🙂 مرحبا',
      shown: 'root — Zürich 🙂 مرحبا',
    },
    { title: 'with line feeds written out', text: 'a\r\nb\tc', shown: 'a\\r\\nb\\tc' },
    { title: 'with control characters written out', text: 'a\u0000\u001b[31m', shown: 'a\\u{0}\\u{1b}[31m' },
    {
      title: 'with what reverses the direction written out',
      text: 'x\u202egpj.exe',
      shown: 'x\\u{202e}gpj.exe',
    },
    { title: 'with zero width written out', text: 'ad\u200bmin\ufeff', shown: 'ad\\u{200b}min\\u{feff}' },
    { title: 'with lone surrogates written out', text: 'a\ud800b', shown: 'a\\u{d800}b' },
    { title: 'with invisible tags written out', text: 'a\u{e0041}b', shown: 'a\\u{e0041}b' },
  ])('$title', ({ text, shown }) => {
    expect(visibleText(text, { max: 1_000 })).toBe(shown);
  });

  test('with its lines where lines are wanted', () => {
    expect(visibleText('a\n\tb\r', { max: 100, lines: true })).toBe('a\n\tb\\r');
  });

  test('cut, saying how many characters are missing', () => {
    expect(visibleText('x'.repeat(100), { max: 50 })).toBe(`${'x'.repeat(23)}… (+77 more)`);
    expect(visibleText('🙂'.repeat(100), { max: 50 })).toBe(`${'🙂'.repeat(11)}… (+89 more)`);
  });

  test('whole where it just fits', () => {
    expect(visibleText('x'.repeat(50), { max: 50 })).toBe('x'.repeat(50));
  });

  test('never longer than allowed, never with an escape cut in two, whatever it holds', () => {
    const escaped = (character: string): string => (character === '<' ? '&lt;' : character);
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 500 }),
        fc.integer({ min: 40, max: 300 }),
        (text, max) => {
          const shown = visibleText(text.replaceAll('&', '<'), { max, escape: escaped });
          expect(shown.length).toBeLessThanOrEqual(max);
          expect(shown.isWellFormed()).toBe(true);
          expect(shown.replaceAll('&lt;', '')).not.toMatch(/[&<\p{Cc}]/u);
        },
      ),
    );
  });
});

test('a value is shown as text or as JSON', () => {
  expect([textOf('a'), textOf(1), textOf(null), textOf(undefined), textOf({ a: [1] })]).toEqual([
    'a',
    '1',
    'null',
    'null',
    '{"a":[1]}',
  ]);
});
