import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DueQueue } from './due-queue.ts';

test('what is due first comes out first, whatever the order it went in and out', () => {
  const actions = fc.array(fc.option(fc.nat(20)), { maxLength: 60 });
  fc.assert(
    fc.property(actions, (dues) => {
      const queue = new DueQueue();
      const waiting: number[] = [];
      for (const due of dues) {
        if (due !== null) {
          queue.push(due, due);
          waiting.push(due);
        } else {
          waiting.sort((a, b) => a - b);
          expect(queue.pop()).toBe(waiting.shift());
        }
        expect(queue.size).toBe(waiting.length);
        expect(queue.nextMs).toBe(Math.min(...waiting));
      }
    }),
  );
});
