import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inOneGo } from '../../../shared/steps.ts';
import { foldCase } from '../compile/fold-case.ts';
import type { Needle } from './text-automaton.ts';
import { TextBytes } from './text-bytes.ts';
import { TextSkim } from './text-skim.ts';

const skimOf = (needles: readonly Needle[]): TextSkim | undefined => inOneGo(TextSkim.of(needles));

const bytes = new TextBytes();

/** Sorted ids, or why there are none. */
function skim(needles: readonly Needle[], text: string): readonly number[] | string {
  const skimmer = skimOf(needles);
  if (skimmer === undefined) return 'no skim';
  if (!bytes.put(text)) return 'no bytes';
  const found = new Set<number>();
  return skimmer.find(bytes, (id) => found.add(id)) ? [...found].sort((a, b) => a - b) : 'gave up';
}

function naive(needles: readonly Needle[], text: string): readonly number[] {
  const folded = foldCase(text);
  const stands = {
    part: (needle: string) => folded.includes(needle),
    prefix: (needle: string) => folded.startsWith(needle),
    suffix: (needle: string) => folded.endsWith(needle),
  };
  return needles.filter(({ text: needle, at }) => stands[at](needle)).map(({ id }) => id);
}

const parts = (...texts: string[]): Needle[] => texts.map((text, id) => ({ text, id, at: 'part' }));

describe('a skim', () => {
  const letters = fc.constantFrom('a', 'b', 'B', '[', '{', '@', '`', ' ', '\0', '0', '\u0010', 'é', '😀');
  const needle = fc.record({
    text: fc.string({ unit: letters, minLength: 3, maxLength: 9 }).map(foldCase),
    at: fc.constantFrom('part' as const, 'prefix' as const, 'suffix' as const),
  });

  test('finds what is there and nothing else, or gives up', () => {
    fc.assert(
      fc.property(
        fc.array(needle, { minLength: 1, maxLength: 20 }),
        fc.array(fc.string({ unit: letters, maxLength: 60 }), { minLength: 1, maxLength: 5 }),
        (made, texts) => {
          const needles = made.map((each, id) => ({ ...each, id }));
          const hasOthers = made.some(({ text }) => /[^\0-\x7f]/.test(text));
          for (const text of [...texts, ...made.map(({ text }) => `${text}${texts[0]}`)]) {
            const found = skim(needles, text);
            if (found === 'gave up') expect(hasOthers && /[^\0-\x7f]/.test(text)).toBe(true);
            else expect([text, found]).toEqual([text, naive(needles, text)]);
          }
        },
      ),
      { numRuns: 2_000 },
    );
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
    { title: 'needles of fewer than three characters', needles: ['ab'], text: 'ab', result: 'no skim' },
    { title: 'outside ASCII they are no hindrance', needles: ['abc', 'ü'], text: 'xabc', result: [0] },
    { title: 'but in texts outside ASCII', needles: ['abc', 'ü'], text: 'xabcü', result: 'gave up' },
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
