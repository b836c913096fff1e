import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Watermarks } from './watermarks.ts';

const source = 'auth';
const timing = { source, latenessMs: 10, idleAfterMs: 100, maxSkewMs: 50 };

/** A source of two partitions, both with a backlog, at wall clock 1,000. */
function twoPartitions(): Watermarks {
  const watermarks = new Watermarks([timing]);
  const partitions = [0, 1].map((partition) => ({ topic: 'logs', partition, caughtUp: false }));
  watermarks.assigned({ source, partitions, nowMs: 1_000 });
  return watermarks;
}

const see = (watermarks: Watermarks, partition: number, at: number | readonly [number, number | null]) => {
  const [timeMs, nowMs] = typeof at === 'number' ? [at, 1_000] : at;
  return watermarks.observe({ source, topic: 'logs', partition, timeMs, nowMs });
};

const caughtUp = (watermarks: Watermarks, partition: number, nowMs: number | null = 1_000) =>
  watermarks.progress({ source, topic: 'logs', partition, caughtUp: true, nowMs });

describe('the watermark of a source', () => {
  test('is unknown while a partition with a backlog was not read', () => {
    const watermarks = twoPartitions();
    expect(watermarks.watermarkOf(source)).toBe(Number.NEGATIVE_INFINITY);
    see(watermarks, 0, 500);
    expect(watermarks.watermarkOf(source)).toBe(Number.NEGATIVE_INFINITY);
  });

  test('is unknown before it is known which partitions there are', () => {
    const watermarks = new Watermarks([timing]);
    see(watermarks, 0, 500);
    caughtUp(watermarks, 0);
    expect(watermarks.watermarkOf(source)).toBe(Number.NEGATIVE_INFINITY);
    const partitions = [{ topic: 'logs', partition: 0, caughtUp: true }];
    watermarks.assigned({ source, partitions, nowMs: 1_000 });
    expect(watermarks.watermarkOf(source)).toBe(490);
  });

  test('is the least partition less the lateness', () => {
    const watermarks = twoPartitions();
    see(watermarks, 0, 500);
    see(watermarks, 1, 300);
    expect(watermarks.watermarkOf(source)).toBe(290);
    see(watermarks, 1, 700);
    expect(watermarks.watermarkOf(source)).toBe(490);
  });

  test('is not held by what was read of a partition and is worked on after that went to another process', () => {
    const watermarks = twoPartitions();
    see(watermarks, 0, 300);
    see(watermarks, 1, 200);
    const kept = { topic: 'logs', partition: 0, caughtUp: false };
    watermarks.assigned({ source, partitions: [kept], nowMs: 1_000 });
    expect(watermarks.watermarkOf(source)).toBe(290);
    see(watermarks, 1, 210);
    const progress = { source, topic: 'logs', partition: 1, caughtUp: false, nowMs: 1_000 };
    expect(watermarks.progress(progress)).toBe(210);
    see(watermarks, 0, 500);
    expect(watermarks.watermarkOf(source)).toBe(490);
    watermarks.assigned({ source, partitions: [kept, { ...kept, partition: 1 }], nowMs: 1_000 });
    see(watermarks, 0, 900);
    expect(watermarks.watermarkOf(source)).toBe(490);
    expect(watermarks.progress(progress)).toBe(210);
  });

  test('never goes back: not for an older event, nor for a partition that joins', () => {
    const watermarks = twoPartitions();
    see(watermarks, 0, 500);
    see(watermarks, 1, 500);
    see(watermarks, 1, 20);
    const partitions = [0, 1, 2].map((partition) => ({ topic: 'logs', partition, caughtUp: false }));
    watermarks.assigned({ source, partitions, nowMs: 1_000 });
    expect(watermarks.watermarkOf(source)).toBe(490);
    see(watermarks, 2, 30);
    expect(watermarks.watermarkOf(source)).toBe(490);
  });

  test('is not held by a partition that was read to its end and is silent for idleAfter', () => {
    const watermarks = twoPartitions();
    see(watermarks, 0, 900);
    see(watermarks, 1, 300);
    caughtUp(watermarks, 1);
    watermarks.tick(1_099);
    expect(watermarks.watermarkOf(source)).toBe(290);
    see(watermarks, 0, [950, 1_099]);
    watermarks.tick(1_100);
    expect(watermarks.watermarkOf(source)).toBe(940);
  });

  test('is not held for ever by a partition in which there is nothing to read', () => {
    const watermarks = new Watermarks([timing]);
    const partitions = [0, 1].map((partition) => ({ topic: 'logs', partition, caughtUp: partition === 1 }));
    watermarks.assigned({ source, partitions, nowMs: 1_000 });
    see(watermarks, 0, 900);
    expect(watermarks.watermarkOf(source)).toBe(Number.NEGATIVE_INFINITY);
    watermarks.tick(1_100);
    expect(watermarks.watermarkOf(source)).toBe(890);
  });

  test('is held by a silent partition with a backlog', () => {
    const watermarks = twoPartitions();
    see(watermarks, 0, 900);
    see(watermarks, 1, 300);
    caughtUp(watermarks, 0);
    watermarks.tick(99_999);
    expect(watermarks.watermarkOf(source)).toBe(290);
  });

  test('is held again by a partition that wakes up', () => {
    const watermarks = twoPartitions();
    see(watermarks, 0, 900);
    see(watermarks, 1, 300);
    caughtUp(watermarks, 1);
    watermarks.tick(1_100);
    expect(watermarks.watermarkOf(source)).toBe(890);
    see(watermarks, 1, [895, 1_100]);
    see(watermarks, 0, [1_100, 1_100]);
    expect(watermarks.watermarkOf(source)).toBe(890);
    see(watermarks, 1, [950, 1_100]);
    expect(watermarks.watermarkOf(source)).toBe(940);
  });

  test('follows the wall clock less the lateness when all are idle, and only then', () => {
    const watermarks = twoPartitions();
    see(watermarks, 0, 900);
    see(watermarks, 1, 300);
    caughtUp(watermarks, 0);
    caughtUp(watermarks, 1);
    watermarks.tick(1_099);
    expect(watermarks.watermarkOf(source)).toBe(290);
    watermarks.tick(5_000);
    expect(watermarks.watermarkOf(source)).toBe(4_990);
  });

  test('stands still without a wall clock, a partition read to its end not holding it, until the input ends', () => {
    const watermarks = new Watermarks([timing]);
    const partitions = [0, 1].map((partition) => ({ topic: 'logs', partition, caughtUp: false }));
    watermarks.assigned({ source, partitions, nowMs: null });
    see(watermarks, 0, [300, null]);
    caughtUp(watermarks, 0, null);
    expect(watermarks.watermarkOf(source)).toBe(Number.NEGATIVE_INFINITY);
    see(watermarks, 1, [900, null]);
    caughtUp(watermarks, 1, null);
    expect(watermarks.watermarkOf(source)).toBe(890);
    expect(watermarks.lastEventMs()).toBe(900);
    watermarks.finish();
    expect(watermarks.watermarkOf(source)).toBe(Number.POSITIVE_INFINITY);
  });

  test('is nobody’s where this process reads other sources and none of this one', () => {
    const watermarks = new Watermarks([timing, { ...timing, source: 'web' }]);
    expect(watermarks.watermarkOf('web')).toBe(Number.NEGATIVE_INFINITY);
    see(watermarks, 0, [500, null]);
    expect(watermarks.watermarkOf('web')).toBeUndefined();
    expect(watermarks.watermarkOf(source)).toBe(490);
  });
});

describe('a clock that is ahead', () => {
  test('is clamped to the wall clock and the skew, and said', () => {
    const watermarks = twoPartitions();
    expect(see(watermarks, 0, 1_050)).toEqual({ timeMs: 1_050, clamped: false });
    expect(see(watermarks, 0, 1_051)).toEqual({ timeMs: 1_050, clamped: true });
    see(watermarks, 1, 9_999_999);
    expect(watermarks.watermarkOf(source)).toBe(1_040);
  });

  test('is never ahead in a replay', () => {
    expect(see(twoPartitions(), 0, [9_999_999, null])).toEqual({ timeMs: 9_999_999, clamped: false });
  });
});

describe('a restart', () => {
  test('goes on from what was stored', () => {
    const before = twoPartitions();
    see(before, 0, 500);
    see(before, 1, 300);
    expect(caughtUp(before, 1)).toBe(300);
    const stored = JSON.parse(JSON.stringify(before.state()));
    expect(stored).toEqual({
      partitions: [
        { topic: 'logs', partition: 0, maxEventMs: 500 },
        { topic: 'logs', partition: 1, maxEventMs: 300 },
      ],
      watermarks: { auth: 290 },
    });
    const after = new Watermarks([timing]);
    after.restore(stored);
    expect(after.watermarkOf(source)).toBe(290);
    const partitions = [0, 1].map((partition) => ({ topic: 'logs', partition, caughtUp: false }));
    after.assigned({ source, partitions, nowMs: 1_000 });
    expect(after.watermarkOf(source)).toBe(290);
    see(after, 1, 400);
    expect(after.watermarkOf(source)).toBe(390);
  });

  test('stores nothing of what is not known yet', () => {
    const watermarks = twoPartitions();
    expect(watermarks.state()).toEqual({
      partitions: [0, 1].map((partition) => ({ topic: 'logs', partition, maxEventMs: null })),
      watermarks: {},
    });
  });
});

test('with all partitions active it is always the least greatest time less the lateness', () => {
  const observed = fc.array(fc.record({ partition: fc.nat(1), timeMs: fc.nat(1_000) }), { maxLength: 50 });
  fc.assert(
    fc.property(observed, (events) => {
      const watermarks = twoPartitions();
      const greatest = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
      for (const { partition, timeMs } of events) {
        see(watermarks, partition, timeMs);
        greatest[partition] = Math.max(greatest[partition] ?? 0, timeMs);
        expect(watermarks.watermarkOf(source)).toBe(Math.min(...greatest) - 10);
      }
    }),
  );
});
