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
