import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MemoryStore } from '../../../test/fakes/memory-store.ts';
import { away, delivered } from '../../../test/support/delivery-world.ts';
import {
  news,
  openStorm,
  range,
  startMs,
  told,
  tooFast,
  unreachable,
} from '../../../test/support/storm-world.ts';
import type { Message } from '../../shared/model/notification.ts';
import type { Delivery } from '../../shared/ports/notifier.ts';

/** Arrived, and its answer never comes: the process ends before. */
const untilAborted = (signal: AbortSignal): Promise<Delivery> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(away)));

describe('whatever comes when, fails how, and is killed where', () => {
  const step = fc.oneof(
    fc.record({
      kind: fc.constant('write' as const),
      count: fc.integer({ min: 1, max: 40 }),
      ageMs: fc.constantFrom(0, 7_200_000),
      severity: fc.constantFrom('low' as const, 'critical' as const),
    }),
    fc.record({ kind: fc.constant('pass' as const), ms: fc.constantFrom(0, 500, 5_000, 30_000, 120_000) }),
    fc.record({
      kind: fc.constant('answer' as const),
      with: fc.constantFrom<Delivery | 'none'>(delivered, away, unreachable, tooFast, 'none'),
    }),
    fc.constant({ kind: 'kill' as const }),
  );

  test('each is told, and a message that comes again has the id it had', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const store = new MemoryStore();
        let world = openStorm({}, store);
        let answer: Delivery | 'none' = delivered;
        /** What arrived, whatever was answered: all but what is known not to have. */
        const arrived: Message[] = [];
        let written = 0;
        const wire = (): void => {
          world.slack.answer = (message, signal) => {
            if (answer === 'none') arrived.push(message);
            else if (!('hasNotArrived' in answer)) arrived.push(message);
            return answer === 'none' ? untilAborted(signal) : answer;
          };
        };
        wire();
        for (const one of steps) {
          if (one.kind === 'write') {
            const atMs = world.clock.nowMs() - startMs - one.ageMs;
            world.write(
              ...range(written, written + one.count).map((number) =>
                news(number, { atMs, severity: one.severity }),
              ),
            );
            written += one.count;
          } else if (one.kind === 'pass') await world.clock.pass(one.ms);
          else if (one.kind === 'answer') answer = one.with;
          else {
            await world.deliverer.stop();
            world = openStorm({}, store);
            wire();
            world.deliverer.wake();
          }
        }
        await world.deliverer.stop();
        world = openStorm({}, store);
        answer = delivered;
        wire();
        world.deliverer.wake();
        for (let minute = 0; minute < 40; minute += 1) await world.clock.pass(600_000);
        await world.deliverer.stop();
        expect(store.depth()).toEqual([]);
        expect(told(arrived)).toBe(written);
      }),
      { numRuns: 60 },
    );
  });
});
