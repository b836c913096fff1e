import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fullBucket, takeToken } from './token-bucket.ts';

describe('a bucket of one token a second', () => {
  test('gives the first at once and the second after a second', () => {
    const first = takeToken(fullBucket(1, 0), { ratePerSecond: 1, nowMs: 0 });
    expect(first.waitMs).toBe(0);
    expect(takeToken(first.bucket, { ratePerSecond: 1, nowMs: 0 }).waitMs).toBe(1_000);
    expect(takeToken(first.bucket, { ratePerSecond: 1, nowMs: 400 }).waitMs).toBe(600);
    expect(takeToken(first.bucket, { ratePerSecond: 1, nowMs: 1_000 }).waitMs).toBe(0);
  });

  test('saves up no burst', () => {
    const late = takeToken(fullBucket(1, 0), { ratePerSecond: 1, nowMs: 60_000 });
    expect(takeToken(late.bucket, { ratePerSecond: 1, nowMs: 60_000 }).waitMs).toBe(1_000);
  });

  test('gives nothing for a clock that went back', () => {
    const first = takeToken(fullBucket(1, 5_000), { ratePerSecond: 1, nowMs: 5_000 });
    expect(takeToken(first.bucket, { ratePerSecond: 1, nowMs: 1_000 }).waitMs).toBe(1_000);
  });
});

test('whoever waits as told never gets more than the rate and one second in advance', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(0.2, 1, 3, 10),
      fc.array(fc.nat(3_000), { maxLength: 100 }),
      (ratePerSecond, pauses) => {
        let bucket = fullBucket(ratePerSecond, 0);
        let nowMs = 0;
        let taken = 0;
        for (const pauseMs of pauses) {
          nowMs += pauseMs;
          const result = takeToken(bucket, { ratePerSecond, nowMs });
          bucket = result.bucket;
          if (result.waitMs === 0) taken += 1;
          else nowMs += result.waitMs;
        }
        expect(taken).toBeLessThanOrEqual(Math.max(1, ratePerSecond) + (nowMs / 1000) * ratePerSecond + 1e-6);
      },
    ),
  );
});
