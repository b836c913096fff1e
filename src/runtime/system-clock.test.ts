import { getEventListeners } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { clockContract } from '../../test/contracts/clock.ts';
import { SystemClock } from './system-clock.ts';

clockContract('the system', () => ({
  clock: new SystemClock(),
  pass: (durationMs) => setTimeout(durationMs),
}));

test('sleeping many times on one signal leaves no listeners on it', async () => {
  const stop = new AbortController();
  const clock = new SystemClock();
  for (let count = 0; count < 20; count += 1) await clock.sleep(1, stop.signal);
  expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
});

test('a sleep longer than a timer can wait does not end early', async () => {
  const stop = new AbortController();
  let isAwake = false;
  const asleep = new SystemClock().sleep(2 ** 31 + 1_000, stop.signal).then(() => {
    isAwake = true;
  });
  await setTimeout(30);
  expect(isAwake).toBe(false);
  stop.abort();
  await asleep;
});
