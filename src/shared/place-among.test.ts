import fc from 'fast-check';
import { expect, test } from 'vitest';
import { placeAmong } from './place-among.ts';

test('is the number of those below the value', () => {
  const number = fc.integer({ min: -9, max: 9 });
  fc.assert(
    fc.property(fc.array(number), number, (values, value) => {
      const sorted = values.toSorted((a, b) => a - b);
      expect(placeAmong(sorted, value)).toBe(values.filter((each) => each < value).length);
    }),
  );
});
