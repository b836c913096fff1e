import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addExactly, roundSum } from './exact-sum.ts';

const number = fc.double({ min: -1e300, max: 1e300, noNaN: true });

const sumOf = (numbers: readonly number[]): number => {
  const partials: number[] = [];
  for (const each of numbers) addExactly(partials, each);
  return roundSum(partials);
};

test.each([
  [[0.1, 0.2, 0.3], 0.6],
  [[1e16, 1, -1e16], 1],
  [[1, 1e100, 1, -1e100], 2],
  [[2 ** 53, 1, 2 ** -40], 2 ** 53 + 2],
  [[], 0],
])('the sum of %j is %d', (numbers, sum) => {
  expect(sumOf(numbers)).toBe(sum);
});

test('does not depend on order, nor on what was added and taken away', () => {
  fc.assert(
    fc.property(fc.array(number, { maxLength: 30 }), fc.array(number, { maxLength: 30 }), (stay, leave) => {
      const partials: number[] = [];
      for (const each of [...leave, ...stay]) addExactly(partials, each);
      for (const each of leave) addExactly(partials, -each);
      expect(roundSum(partials)).toBe(sumOf(stay.toReversed()));
    }),
  );
});
