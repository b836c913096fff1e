import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileWildcards } from '../../src/detect/sigma/compile/compile-wildcards.ts';
import type { TextPart } from '../../src/detect/sigma/sigma-value.ts';
import { parseText, plainText } from '../../src/detect/sigma/text-parts.ts';

/** By trying every way: the definition of wildcards, character by character. */
function matchesNaively(
  parts: readonly (TextPart & (string | object))[],
  characters: readonly string[],
): boolean {
  const units = parts.flatMap((part): (string | { wildcard: string })[] =>
    typeof part === 'string' ? [...part] : [part],
  );
  const walk = (unit: number, at: number): boolean => {
    const wanted = units[unit];
    if (wanted === undefined) return at === characters.length;
    if (typeof wanted === 'string') return characters[at] === wanted && walk(unit + 1, at + 1);
    if (wanted.wildcard === '?') return at < characters.length && walk(unit + 1, at + 1);
    return walk(unit + 1, at) || (at < characters.length && walk(unit, at + 1));
  };
  return walk(0, 0);
}

const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '😀', '*', '?', '\\'), maxLength: 8 });
const text = fc.array(fc.constantFrom('a', 'b', '😀', '*', '\\'), { maxLength: 8 });

describe('wildcards', () => {
  test('match what trying every way matches', () => {
    fc.assert(
      fc.property(pattern, text, (written, characters) => {
        const parts = parseText(written);
        expect(compileWildcards(parts)(characters.join(''))).toBe(matchesNaively(parts, characters));
      }),
      { numRuns: 20_000 },
    );
  });

  test('of many characters match what trying every way matches', () => {
    const unit = fc.constantFrom('a', 'b', '😀', '?', '?', '?');
    const stretch = fc.string({ unit, minLength: 60, maxLength: 140 });
    const filled = (characters: readonly string[], how: readonly string[]): readonly string[] =>
      characters.map((character, at) => (character === '?' ? (how[at % how.length] ?? 'a') : character));
    const few = fc.array(fc.constantFrom('a', 'b', '😀'), { minLength: 1, maxLength: 5 });
    const world = fc.record({
      stretch,
      how: few,
      before: few,
      behind: few,
      change: fc.nat(200),
      isChanged: fc.boolean(),
    });
    fc.assert(
      fc.property(world, ({ stretch: middle, how, before, behind, change, isChanged }) => {
        const found = [...before, ...before, ...filled([...middle], how), ...behind];
        const characters = isChanged ? found.with(change % found.length, 'b') : found;
        const text = characters.join('');
        const starts = characters.map((_, at) => characters.slice(at, at + [...middle].length));
        const isThere = starts.some((each) => matchesNaively(parseText(middle), each));
        expect(compileWildcards(parseText(`*${middle}*`))(text)).toBe(isThere);
      }),
      { numRuns: 1_000 },
    );
  });

  test('a text with every special character escaped matches itself alone', () => {
    fc.assert(
      fc.property(text, text, (characters, others) => {
        const own = characters.join('');
        const parts = parseText(own.replace(/[\\*?]/g, '\\$&'));
        expect(plainText(parts)).toBe(own);
        expect(compileWildcards(parts)(others.join(''))).toBe(others.join('') === own);
      }),
    );
  });

  test.each([
    { written: '\\*', parts: ['*'] },
    { written: '\\\\*', parts: ['\\', { wildcard: '*' }] },
    { written: '\\\\\\*', parts: ['\\*'] },
    { written: '\\\\\\\\', parts: ['\\\\'] },
    { written: '\\\\\\', parts: ['\\\\'] },
    { written: '\\', parts: ['\\'] },
    { written: 'C:\\Users\\', parts: ['C:\\Users\\'] },
    { written: 'a**b', parts: ['a', { wildcard: '*' }, 'b'] },
    { written: '*?*', parts: [{ wildcard: '*' }, { wildcard: '?' }, { wildcard: '*' }] },
    { written: '', parts: [] },
  ])('$written is read as $parts', ({ written, parts }) => {
    expect(parseText(written)).toEqual(parts);
  });
});
