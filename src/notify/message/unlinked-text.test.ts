import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { unlinkedText } from './unlinked-text.ts';

describe('a text without links', () => {
  test.each([
    ['see https://evil.example/x now', 'see https[:]//evil.example/x now'],
    ['HTTP://EVIL.EXAMPLE', 'HTTP[:]//EVIL.EXAMPLE'],
    ['www.evil.example', 'www[.]evil.example'],
    ['mailto:boss@example.org', 'mailto[:]boss@example.org'],
    ['javascript:alert(1)', 'javascript[:]alert(1)'],
    ['C:\\temp 10:03:00 a: b', 'C:\\temp 10:03:00 a: b'],
  ])('%s is shown as %s', (text, shown) => {
    expect(unlinkedText(text)).toBe(shown);
  });

  test('has no scheme with its slashes, whatever it was', () => {
    const parts = fc.constantFrom('http', 'https', ':', '/', '//', 'www', '.', 'x', '[:]');
    fc.assert(
      fc.property(fc.string({ unit: parts, maxLength: 40 }), (text) => {
        expect(unlinkedText(text)).not.toMatch(/:\/\/|\bwww\.\S/i);
      }),
    );
  });
});
