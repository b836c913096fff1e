import { expect, test } from 'vitest';
import { limitFacts } from './limit-facts.ts';
import { SystemClock } from './system-clock.ts';

const limits = { answerMs: 20, lateMax: 3, restMs: 60_000 };
const almanac = { factValue: () => Promise.resolve(undefined) };

test('an answer in time is the answer, of a synchronous fact too, and so is a failure', async () => {
  const facts = limitFacts(
    {
      now: (params) => params['a'],
      soon: () => new Promise((resolve) => setImmediate(() => resolve(2))),
      broken: () => {
        throw new RangeError('no');
      },
    },
    new SystemClock(),
    { ...limits, answerMs: 60_000 },
  );
  expect(await facts['now']?.({ a: 1 }, almanac)).toBe(1);
  expect(await facts['soon']?.({}, almanac)).toBe(2);
  await expect(facts['broken']?.({}, almanac)).rejects.toThrow('no');
});

test('a fact that never answers fails, and after some times is asked no more', async () => {
  let calls = 0;
  const never = (): Promise<never> => {
    calls += 1;
    return new Promise(() => undefined);
  };
  const { never: limited } = limitFacts({ never }, new SystemClock(), limits);
  for (let nth = 0; nth < limits.lateMax; nth += 1)
    await expect(limited?.({}, almanac)).rejects.toThrow('did not answer within 20 ms');
  await expect(limited?.({}, almanac)).rejects.toThrow('rests');
  expect(calls).toBe(limits.lateMax);
});
