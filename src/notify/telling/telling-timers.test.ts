import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TellingTimers } from './telling-timers.ts';

interface Item {
  readonly name: string;
  queuedMs: number | null;
}

const item = (name: string): Item => ({ name, queuedMs: null });

test('a later word replaces the one before', () => {
  const timers = new TellingTimers<Item>();
  const [a, b] = [item('a'), item('b')];
  timers.set(a, 10);
  timers.set(b, 20);
  timers.set(a, 30);
  expect(timers.take(20)).toBe(b);
  expect(timers.take(20)).toBeUndefined();
  expect(timers.take(30)).toBe(a);
  timers.set(a, 40);
  timers.set(a, null);
  expect(timers.take(Number.POSITIVE_INFINITY)).toBeUndefined();
});

test('what is taken is what was meant last, in the order of its time, however often words were changed', () => {
  const words = fc.array(fc.tuple(fc.nat(9), fc.option(fc.nat(1_000), { nil: null, freq: 5 })), {
    minLength: 1,
    maxLength: 200,
  });
  fc.assert(
    fc.property(words, fc.nat(200), (said, repeats) => {
      const timers = new TellingTimers<Item>();
      const items = Array.from({ length: 10 }, (_, index) => item(String(index)));
      const meant = new Map<string, number>();
      // Enough of them that what is stale is swept out.
      for (let round = 0; round <= repeats; round += 1)
        for (const [index, atMs] of said) {
          const one = items[index];
          if (one === undefined) continue;
          timers.set(one, atMs);
          if (atMs === null) meant.delete(one.name);
          else meant.set(one.name, atMs);
        }
      const taken: number[] = [];
      for (let due = timers.take(500); due !== undefined; due = timers.take(500)) {
        taken.push(meant.get(due.name) ?? Number.NaN);
        meant.delete(due.name);
      }
      expect(taken).toEqual(taken.toSorted((a, b) => a - b));
      expect([...meant.values()].every((atMs) => atMs > 500)).toBe(true);
    }),
    { numRuns: 60 },
  );
});
