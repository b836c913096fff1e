import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GramTable } from './gram-table.ts';

test('a table of grams holds what a Map holds, whatever was set and set again', () => {
  const gram = fc.oneof(fc.integer(), fc.integer({ min: 1, max: 40 })).filter((each) => each !== 0);
  const entry = fc.tuple(gram, fc.nat({ max: 5 }));
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 300 }), fc.array(gram), (entries, others) => {
      const table = new GramTable();
      for (const [each, value] of entries) table.set(each, value);
      const map = new Map(entries);
      for (const each of [...map.keys(), ...others]) expect(table.get(each)).toBe(map.get(each) ?? 0);
      const grams = [...map].filter(([, value]) => value > 0).map(([each]) => each);
      expect([...table.grams()].sort()).toEqual(grams.sort());
    }),
  );
});

test('a copy holds the same, and goes its own way', () => {
  const table = new GramTable();
  for (let gram = 1; gram <= 100; gram += 1) table.set(gram, gram);
  const copy = new GramTable();
  copy.copy(table);
  table.set(1, 0);
  copy.set(1_000, 7);
  expect([copy.get(1), copy.get(100), copy.get(1_000)]).toEqual([1, 100, 7]);
  expect([table.get(1), table.get(100), table.get(1_000)]).toEqual([0, 100, 0]);
});
