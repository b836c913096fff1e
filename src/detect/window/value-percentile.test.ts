import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { percentileOfValues } from './value-percentile.ts';

const position = { topic: 'logs', partition: 0, offset: 0, index: 0 };

const measure = (percentile: number) =>
  percentileOfValues({
    type: 'value_percentile',
    field: 'bytes',
    percentile,
    timespanMs: 1,
    condition: {},
    reset: false,
  });

/** Values of many magnitudes, by a generator of 32 bits, so that thousands cost nothing to make. */
function manyValues(seed: number, count: number): number[] {
  let state = seed >>> 0;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return 10 ** ((state / 2 ** 32) * 12 - 3);
  });
}

describe('a percentile of more values than are kept exactly', () => {
  test('is within 1 % of the true one, also while values leave, and after a restart', () => {
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom(0, 5, 50, 95, 99.9, 100), (seed, percentile) => {
        const { init, add, expire, value, write, read } = measure(percentile);
        const values = manyValues(seed, 6_000);
        const held = init();
        values.forEach((number, timeMs) => {
          add(held, { timeMs, position, weight: 1, values: number });
          if (timeMs % 500 === 0) value(held);
        });
        // Past the bound from both sides, so that both ways of ranking are left and taken up.
        for (const left of [0, 1_500, 1_903, 1_904, 5_000]) {
          expire(held, left - 1, { peak: 0, hadGap: false });
          const sorted = values.slice(left).sort((a, b) => a - b);
          const rank = ((sorted.length - 1) * percentile) / 100;
          const [low = 0, high = low] = sorted.slice(Math.floor(rank));
          const truth = low + (rank - Math.floor(rank)) * (high - low);
          const error = sorted.length <= 4_096 ? 1e-12 : 0.01000001;
          expect(Math.abs((value(held) ?? 0) - truth)).toBeLessThanOrEqual(error * truth);
          expect(value(read(JSON.parse(JSON.stringify(write(held)))))).toBe(value(held));
        }
      }),
      { numRuns: 20 },
    );
  });

  test('keeps the sign of what it ranks', () => {
    const { init, add, value } = measure(0);
    const held = init();
    for (const [timeMs, number] of manyValues(7, 5_000).entries())
      add(held, { timeMs, position, weight: 1, values: -number });
    const least = -Math.max(...manyValues(7, 5_000));
    expect(Math.abs((value(held) ?? 0) - least)).toBeLessThanOrEqual(0.01000001 * -least);
  });
});
