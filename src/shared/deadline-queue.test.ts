import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DeadlineQueue } from './deadline-queue.ts';

test('what is due comes out in the order of its deadlines, and nothing before its time', () => {
  const time = fc.integer({ min: 0, max: 50 });
  const operation = fc.oneof(
    time.map((atMs) => ({ atMs })),
    time.map((nowMs) => ({ nowMs })),
  );
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 60 }), (operations) => {
      const queue = new DeadlineQueue<number>();
      let waiting: number[] = [];
      for (const [item, step] of operations.entries()) {
        if ('atMs' in step) {
          queue.add(step.atMs, item);
          waiting.push(step.atMs);
          continue;
        }
        const taken: number[] = [];
        for (let due = queue.take(step.nowMs); due !== undefined; due = queue.take(step.nowMs))
          taken.push(due.atMs);
        expect(taken).toEqual(waiting.filter((atMs) => atMs <= step.nowMs).sort((a, b) => a - b));
        waiting = waiting.filter((atMs) => atMs > step.nowMs);
        expect(queue.size).toBe(waiting.length);
      }
    }),
  );
});
