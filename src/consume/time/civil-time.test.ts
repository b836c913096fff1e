import fc from 'fast-check';
import { expect, test } from 'vitest';
import { digits, utcMs, yearOf } from './civil-time.ts';

const years = fc.integer({ min: 1, max: 9_999 });

test('a civil time is where the platform has it', () => {
  fc.assert(
    fc.property(
      years,
      fc.integer({ min: 0, max: 11 }),
      fc.integer({ min: 1, max: 28 }),
      (year, month, day) => {
        const date = new Date(0);
        date.setUTCFullYear(year, month, day);
        expect(utcMs({ year, month: month + 1, day, hour: 0, minute: 0, second: 0, ms: 0 })).toBe(
          date.getTime(),
        );
      },
    ),
    { numRuns: 2_000 },
  );
});

test('the year of a time is the one the platform has, at its edges too', () => {
  fc.assert(
    fc.property(years, fc.integer({ min: -2, max: 2 }), (year, off) => {
      const timeMs = utcMs({ year, month: 1, day: 1, hour: 0, minute: 0, second: 0, ms: 0 }) + off;
      expect(yearOf(timeMs)).toBe(new Date(timeMs).getUTCFullYear());
    }),
    { numRuns: 2_000 },
  );
});

test.each([
  { text: '1234', at: 0, count: 4, expected: 1234 },
  { text: 'a12b', at: 1, count: 2, expected: 12 },
  { text: '12', at: 1, count: 2, expected: -1 },
  { text: '-1', at: 0, count: 2, expected: -1 },
  { text: '', at: 0, count: 1, expected: -1 },
])('digits of "$text" from $at, $count of them: $expected', ({ text, at, count, expected }) => {
  expect(digits(text, at, count)).toBe(expected);
});
