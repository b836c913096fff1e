import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { backOffMs } from './back-off.ts';

const policy = { baseMs: 1_000, capMs: 60_000, afterCapMs: 3_600_000 };

describe('the pause before another attempt', () => {
  test.each([
    { title: 'is half the base at least', failures: 1, random: 0, ms: 500 },
    { title: 'is less than the base after the first failure', failures: 1, random: 0.999, ms: 1_000 },
    { title: 'doubles', failures: 4, random: 0, ms: 4_000 },
    { title: 'stops growing', failures: 99, random: 0, ms: 30_000 },
  ])('$title', ({ failures, random, ms }) => {
    expect(backOffMs(policy, { failures, random })).toBe(ms);
  });

  test('is what the receiver asked for, not less', () => {
    expect(backOffMs(policy, { failures: 9, random: 0, afterMs: 30_000 })).toBe(30_000);
    expect(backOffMs(policy, { failures: 9, random: 0.5, afterMs: 30_000 })).toBe(30_500);
  });

  test('is bounded, whatever the receiver asked for', () => {
    expect(backOffMs(policy, { failures: 1, random: 0, afterMs: 1e15 })).toBe(3_600_000);
    expect(backOffMs(policy, { failures: 1, random: 0, afterMs: 0 })).toBe(500);
  });

  test('is never zero and never above the cap', () => {
    fc.assert(
      fc.property(fc.nat(1_000), fc.double({ min: 0, max: 0.999, noNaN: true }), (failures, random) => {
        const ms = backOffMs(policy, { failures, random });
        expect(ms).toBeGreaterThanOrEqual(500);
        expect(ms).toBeLessThanOrEqual(policy.capMs);
      }),
    );
  });
});
