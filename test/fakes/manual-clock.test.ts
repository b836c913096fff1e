import { expect, test } from 'vitest';
import { clockContract } from '../contracts/clock.ts';
import { ManualClock } from './manual-clock.ts';

clockContract('tests', () => {
  const clock = new ManualClock();
  return { clock, pass: (durationMs) => clock.pass(durationMs) };
});

const turns = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve));
};

// Of any length, as answers of servers come at any moment; what follows from an answer takes a few turns of its own.
test.each(Array.from({ length: 30 }, (_, length) => length))(
  'the time of tests stands still while something real is under way for %d turns, and while what follows from it is',
  async (length) => {
    const clock = new ManualClock(0);
    const begunMs: number[] = [];
    const endedMs: number[] = [];
    const work = async (): Promise<void> => {
      for (let count = 0; count < 3; count += 1) {
        await clock.sleep(1_000);
        begunMs.push(clock.nowMs());
        await clock.during(turns(length));
        await turns(6);
        await clock.during(Promise.reject(new Error('refused'))).catch(() => undefined);
        await turns(6);
        endedMs.push(clock.nowMs());
      }
    };
    const done = work();
    await clock.pass(5_000);
    expect(begunMs).toEqual([1_000, 2_000, 3_000]);
    expect(endedMs).toEqual(begunMs);
    expect(clock.nowMs()).toBe(5_000);
    await done;
  },
);
