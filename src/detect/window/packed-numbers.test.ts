import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PackedNumbers } from './packed-numbers.ts';

test('lists come back as they were kept, whatever was kept and forgotten in between', () => {
  const lists = fc.array(fc.double({ noNaN: true }), { minLength: 1, maxLength: 16 });
  const actions = fc.array(fc.record({ list: lists, forget: fc.option(fc.nat(20)) }), { maxLength: 60 });
  fc.assert(
    fc.property(actions, (all) => {
      const packed = new PackedNumbers();
      const kept: { reference: number; list: readonly number[] }[] = [];
      for (const { list, forget } of all) {
        const [gone] = forget === null ? [] : kept.splice(forget, 1);
        if (gone !== undefined) packed.release(gone.reference);
        kept.push({ reference: packed.add(list), list });
        for (const { reference, list: wanted } of kept) expect(packed.numbersOf(reference)).toEqual(wanted);
      }
    }),
  );
});

test('more lists than a piece holds', () => {
  const packed = new PackedNumbers();
  const references = Array.from({ length: 70_000 }, (_, at) => packed.add([at, -at, 0.5]));
  expect(references.every((reference, at) => packed.numbersOf(reference)[1] === -at)).toBe(true);
});

test.each([
  [[1, 2], true],
  [[], false],
  [Array.from({ length: 17 }, () => 1), false],
  [[1, null], false],
  [[1, [2]], false],
  [{ a: 1 }, false],
  [undefined, false],
])('%j: takes it %s', (written, takes) => {
  expect(PackedNumbers.takes(written)).toBe(takes);
});
