import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inOneGo } from '../../../shared/steps.ts';
import { foldCase } from '../compile/fold-case.ts';
import { AtomTable } from './atom-table.ts';
import type { AtomPlace } from './index-plan.ts';
import { PlaceSearches } from './place-search.ts';
import type { AtomKind } from './requirement.ts';
import { TrueAtoms } from './true-atoms.ts';

interface Asked {
  readonly kind: AtomKind | 'keyword';
  readonly text: string;
}

/** Of the field `a`. */
const tableOf = (asked: readonly Asked[]): AtomTable =>
  new AtomTable({
    places: asked.map(
      ({ kind }): AtomPlace => (kind === 'keyword' ? { kind, at: 'part' } : { kind, paths: ['a'] }),
    ),
    placeOf: Int32Array.from(asked.keys()),
    texts: asked.map(({ text }) => text),
  });

const stands: Readonly<Record<Asked['kind'], (text: string, needle: string) => boolean>> = {
  exact: (text, needle) => text === needle,
  prefix: (text, needle) => text.startsWith(needle),
  suffix: (text, needle) => text.endsWith(needle),
  part: (text, needle) => text.includes(needle),
  keyword: (text, needle) => text.includes(needle),
};

function found(searches: PlaceSearches, table: AtomTable, text: string): readonly number[] {
  const atoms = new TrueAtoms(table.size);
  searches.at('a', table.byPath.get('a')).find(text, atoms);
  return atoms.items.slice(0, atoms.count).sort((a, b) => a - b);
}

const expected = (asked: readonly Asked[], text: string): readonly number[] =>
  asked.flatMap(({ kind, text: needle }, id) => (stands[kind](foldCase(text), needle) ? [id] : []));

const anyAsked = (letters: readonly string[]): fc.Arbitrary<readonly Asked[]> => {
  const text = (minLength: number): fc.Arbitrary<string> =>
    fc.string({ unit: fc.constantFrom(...letters), minLength, maxLength: 30 }).map(foldCase);
  const kind = fc.constantFrom('exact' as const, 'prefix' as const, 'suffix' as const, 'part' as const);
  return fc.array(
    fc.oneof(
      fc.record({ kind, text: text(0) }),
      fc.record({ kind: fc.constant('keyword' as const), text: text(3) }),
    ),
    { minLength: 1, maxLength: 25 },
  );
};

describe('what is sought at a place is found', () => {
  const plain = ['a', 'b', 'B', '\\', ':', '.', '[', '{', '\0'];

  test('and nothing else, in ASCII', () => {
    fc.assert(
      fc.property(
        anyAsked(plain),
        fc.array(fc.string({ unit: fc.constantFrom(...plain), maxLength: 40 })),
        (asked, texts) => {
          const table = tableOf(asked);
          const searches = new PlaceSearches(table);
          for (const text of [
            ...texts,
            ...asked.map((each) => each.text.toUpperCase()),
            ...asked.map((each) => `${texts[0]}${each.text}`),
          ])
            expect([text, found(searches, table, text)]).toEqual([text, expected(asked, text)]);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('and perhaps more, outside ASCII', () => {
    const letters = ['a', 'k', 'K', '\u212a', 'i', 'İ', 'é', '–', '😀', ':'];
    fc.assert(
      fc.property(
        anyAsked(letters),
        fc.array(fc.string({ unit: fc.constantFrom(...letters), maxLength: 40 })),
        (asked, texts) => {
          const table = tableOf(asked);
          const searches = new PlaceSearches(table);
          for (const text of [...texts, ...asked.map((each) => each.text)])
            expect(found(searches, table, text)).toEqual(expect.arrayContaining([...expected(asked, text)]));
        },
      ),
      { numRuns: 500 },
    );
  });

  test('by what was made for it before, and by what others made', () => {
    const asked: Asked[] = [
      { kind: 'part', text: 'mimikatz' },
      { kind: 'suffix', text: '.exe' },
      { kind: 'part', text: 'größe' },
    ];
    const [table, others] = [tableOf(asked), tableOf(asked)];
    const seen = new PlaceSearches(others);
    found(seen, others, 'größe');
    const warm = new PlaceSearches(table);
    inOneGo(warm.warmLike(seen));
    expect(warm.at('a', table.byPath.get('a')).foreign?.isBuilt).toBe(true);
    expect(table.byPath.get('a')?.isBuilt).toBe(false);
    expect(found(warm, table, 'Mimikatz.EXE')).toEqual([0, 1]);
    expect(found(warm, table, 'GRÖSSE, GRÖßE')).toEqual([2]);
  });
});
