import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { clockContract } from '../contracts/clock.ts';
import { ManualClock } from './manual-clock.ts';

clockContract('tests', () => {
  const clock = new ManualClock();
  return { clock, pass: (durationMs) => clock.pass(durationMs) };
});

test('the time of tests stands still while real work is under way, and while what follows from it is', async () => {
  const clock = new ManualClock(0);
  const endedAtMs: number[] = [];
  const work = async (): Promise<void> => {
    for (let count = 0; count < 2; count += 1) {
      await clock.sleep(1_000);
      await clock.during(sleep(20));
      await clock.during(Promise.reject(new Error('refused'))).catch(() => undefined);
      endedAtMs.push(clock.nowMs());
    }
  };
  const done = work();
  await clock.pass(5_000);
  expect(endedAtMs).toEqual([1_000, 2_000]);
  expect(clock.nowMs()).toBe(5_000);
  await done;
});
