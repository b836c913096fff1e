import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inOneGo } from '../../../shared/steps.ts';
import { foldCase } from '../compile/fold-case.ts';
import type { Needle } from './text-automaton.ts';
import { TextBytes } from './text-bytes.ts';
import { TextSkim } from './text-skim.ts';
import { TrueAtoms } from './true-atoms.ts';

const bytes = new TextBytes();

/** Sorted ids, or why there are none. */
function skim(needles: readonly Needle[], text: string): readonly number[] | string {
  return skimWith(inOneGo(TextSkim.of(needles)), needles, text);
}

function skimWith(skimmer: TextSkim, needles: readonly Needle[], text: string): readonly number[] | string {
  if (!bytes.put(text)) return 'no bytes';
  const atoms = new TrueAtoms(needles.length);
  return skimmer.find(bytes, atoms) ? atoms.items.slice(0, atoms.count).sort((a, b) => a - b) : 'gave up';
}

function naive(needles: readonly Needle[], text: string): readonly number[] {
  const folded = foldCase(text);
  return needles.filter(({ text: needle }) => folded.includes(needle)).map(({ id }) => id);
}

const parts = (...texts: string[]): Needle[] => texts.map((text, id) => ({ text, id, at: 'part' }));

describe('a skim', () => {
  const letters = ['a', 'b', 'B', '[', '{', '@', '`', ' ', '\0', '0', '\u0010'];
  const needle = fc
    .string({ unit: fc.constantFrom(...letters), minLength: 3, maxLength: 9 })
    .map((text) => foldCase(text));
  const anyText = fc.string({ unit: fc.constantFrom(...letters, 'é', '😀'), maxLength: 60 });

  test('finds what is there and nothing else', () => {
    fc.assert(
      fc.property(
        fc.array(needle, { minLength: 1, maxLength: 20 }),
        fc.array(anyText, { minLength: 1, maxLength: 5 }),
        (made, texts) => {
          const needles = parts(...made);
          for (const text of [...texts, ...made.map((each) => `${each}${texts[0]}`)])
            expect([text, skim(needles, text)]).toEqual([text, naive(needles, text)]);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test('finds the same where needles are sought in vain again and again', () => {
    const piece = fc.constantFrom('micro', 'soft', 'hklm', 'soap', 'x', '\\');
    const pieces = (maxLength: number): fc.Arbitrary<string> =>
      fc.array(piece, { minLength: 1, maxLength }).map((all) => all.join(''));
    const longNeedle = pieces(5).filter((text) => text.length >= 3);
    fc.assert(
      fc.property(
        fc.array(longNeedle, { minLength: 1, maxLength: 40 }),
        fc.array(pieces(30), { minLength: 60, maxLength: 120 }),
        (made, texts) => {
          const needles = parts(...made);
          const skimmer = inOneGo(TextSkim.of(needles));
          for (const text of texts)
            expect([text, skimWith(skimmer, needles, text)]).toEqual([text, naive(needles, text)]);
        },
      ),
      { numRuns: 200 },
    );
  });

  test('finds a needle across what it scans at once', () => {
    for (let before = 2_030; before < 2_060; before += 1)
      expect(skim(parts('kerberos'), `${'x'.repeat(before)}Kerberos`)).toEqual([0]);
  });

  test.each([3, 4, 5, 6, 7, 12])(
    'finds a needle of %i characters at every place, to the very end',
    (length) => {
      const text = 'kerberos-abc'.slice(0, length);
      for (let before = 0; before < 9; before += 1)
        for (let after = 0; after < 5; after += 1)
          expect(skim(parts(text), `${'x'.repeat(before)}${text.toUpperCase()}${'y'.repeat(after)}`)).toEqual(
            [0],
          );
    },
  );

  test('forgets the text before', () => {
    expect(skim(parts('needle'), 'a long text with a needle')).toEqual([0]);
    expect(skim(parts('needle'), 'a long text with a nee')).toEqual([]);
  });

  test.each([
    { title: 'a text outside ASCII', needles: ['abc'], text: 'ü–xABCü', result: [0] },
    { title: 'a Kelvin sign, which folds to k', needles: ['kilo'], text: '\u212ailo', result: 'no bytes' },
    { title: 'a text that is too long', needles: ['kilo'], text: 'x'.repeat(1_048_577), result: 'no bytes' },
    {
      title: 'a text made of what needles are known by',
      needles: Array.from({ length: 50 }, (_, at) => `${at}`.padStart(2, '0').padEnd(6, 'zqjz')),
      text: 'zqjz'.repeat(5_000),
      result: 'gave up',
    },
  ])('$title: $result', ({ needles, text, result }) => {
    expect(skim(parts(...needles), text)).toEqual(result);
  });
});
