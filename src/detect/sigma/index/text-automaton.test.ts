import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inOneGo } from '../../../shared/steps.ts';
import { foldCase } from '../compile/fold-case.ts';
import { type Needle, TextAutomaton } from './text-automaton.ts';

const automatonOf = (needles: readonly Needle[]): TextAutomaton => inOneGo(TextAutomaton.build(needles));

function found(needles: readonly Needle[], text: string): number[] {
  const ids = new Set<number>();
  automatonOf(needles).scan(text, (id) => ids.add(id));
  return [...ids].sort((a, b) => a - b);
}

const finds = ({ text, at }: Needle, folded: string): boolean => {
  if (at === 'prefix') return folded.startsWith(text);
  return at === 'suffix' ? folded.endsWith(text) : folded.includes(text);
};

const needlesOf = (characters: fc.Arbitrary<string>): fc.Arbitrary<readonly Needle[]> =>
  fc
    .array(
      fc.record({
        text: fc.string({ unit: characters, minLength: 1, maxLength: 5 }).map(foldCase),
        at: fc.constantFrom('prefix' as const, 'suffix' as const, 'part' as const),
      }),
      { maxLength: 12 },
    )
    .map((needles) => needles.map((needle, id) => ({ ...needle, id })));

const expected = (needles: readonly Needle[], text: string): number[] =>
  needles.filter((needle) => finds(needle, foldCase(text))).map(({ id }) => id);

describe('the automaton', () => {
  test('finds what a search for each needle finds, in ASCII', () => {
    const characters = fc.constantFrom('a', 'A', 'b', 'B', '\\', '.', '\u0000', '\u007f');
    fc.assert(
      fc.property(needlesOf(characters), fc.string({ unit: characters, maxLength: 20 }), (needles, text) => {
        expect(found(needles, text)).toEqual(expected(needles, text));
      }),
      { numRuns: 3_000 },
    );
  });

  test('misses nothing outside ASCII', () => {
    const characters = fc.constantFrom('k', 'K', '\u212a', 'i', 'İ', 'Σ', 'ς', '–', '𐐀', 'é');
    fc.assert(
      fc.property(needlesOf(characters), fc.string({ unit: characters, maxLength: 20 }), (needles, text) => {
        expect(found(needles, text)).toEqual(expect.arrayContaining(expected(needles, text)));
      }),
      { numRuns: 3_000 },
    );
  });

  test('no other character folds to ASCII, or to another number of units', () => {
    const surprising: number[] = [];
    for (let code = 128; code < 0x1_0000; code += 1) {
      const folded = foldCase(String.fromCharCode(code));
      if (folded.length !== 1 || folded.charCodeAt(0) < 128) surprising.push(code);
    }
    expect(surprising).toEqual([0x130, 0x212a]);
  });

  test('compares the ends of long needles, where they are', () => {
    const needles: Needle[] = [
      { text: 'abcdefghijklmnop', at: 'part', id: 0 },
      { text: 'abcdefghijkl', at: 'suffix', id: 1 },
      { text: 'cdefghijklmno', at: 'prefix', id: 2 },
      { text: 'ghijklmnopqrstuvwxyz', at: 'part', id: 3 },
      { text: 'x'.repeat(60), at: 'suffix', id: 4 },
    ];
    for (const text of [
      'abcdefghijklmnop',
      'abcdefghijklmnoq',
      'zabcdefghijkl',
      'abcdefghijklm',
      'CDEFGHIJKLMNO',
      'abcdefghijklmnopqrstuvwxyz',
      'abcdefghijklmnopqrstuvwxy',
      'x'.repeat(59),
      'x'.repeat(60),
      'x'.repeat(61),
      '\u212a'.repeat(3),
    ])
      expect([text, found(needles, text)]).toEqual([text, expected(needles, text)]);
  });

  test('needs no more memory for long needles than for their beginnings', () => {
    const hashes = Array.from({ length: 500 }, (_, id): Needle => {
      const digits = (0x9e37_79b9 * (id + 1)).toString(16).padStart(16, '0').slice(-9);
      return { text: `${digits}${'0123456789abcdef'.repeat(4)}`.slice(0, 64), at: 'part', id };
    });
    const cut = hashes.map((hash) => ({ ...hash, text: hash.text.slice(0, 9) }));
    expect(automatonOf(hashes).size).toBeLessThanOrEqual(automatonOf(cut).size);
    const [first] = hashes;
    expect(found(hashes, `SHA256=${first?.text.toUpperCase()}.`)).toEqual([0]);
    expect(found(hashes, `SHA256=${first?.text.slice(0, 63)}x`)).toEqual([]);
  });

  test('has a class for every character of ASCII at once', () => {
    const all = Array.from({ length: 128 }, (_, code) => foldCase(String.fromCharCode(code)));
    const needles = all.map((text, id) => ({ text, id, at: 'part' as const }));
    for (const [code, text] of all.entries())
      expect(found(needles, String.fromCharCode(code)).map((id) => all[id])).toContain(text);
  });
});
