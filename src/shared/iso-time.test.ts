import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isoTime } from './iso-time.ts';

describe('the text of a time', () => {
  test.each([
    { title: 'the epoch', timeMs: 0, text: '1970-01-01T00:00:00.000Z' },
    { title: 'the millisecond before the epoch', timeMs: -1, text: '1969-12-31T23:59:59.999Z' },
    { title: 'a leap day', timeMs: 1_709_210_096_789, text: '2024-02-29T12:34:56.789Z' },
    { title: 'a century that has no leap day', timeMs: -2_203_891_200_000, text: '1900-03-01T00:00:00.000Z' },
    { title: 'parts of a millisecond are cut', timeMs: 1.9, text: '1970-01-01T00:00:00.001Z' },
    {
      title: 'beyond the range: its end',
      timeMs: Number.POSITIVE_INFINITY,
      text: '+275760-09-13T00:00:00.000Z',
    },
  ])('$title', ({ timeMs, text }) => {
    expect(isoTime(timeMs)).toBe(text);
  });

  test('is that of Date, over its whole range', () => {
    const near = fc.integer({ min: -4e12, max: 8e12 });
    const far = fc.integer({ min: -8.64e15, max: 8.64e15 });
    fc.assert(
      fc.property(fc.oneof(near, far), (timeMs) => {
        expect(isoTime(timeMs)).toBe(new Date(timeMs).toISOString());
      }),
      { numRuns: 5_000 },
    );
  });

  test('a time that is no number is a bug', () => {
    expect(() => isoTime(Number.NaN)).toThrow('invariant');
  });
});
