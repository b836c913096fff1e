import { describe, expect, test } from 'vitest';
import { MemoryStore } from '../../../test/fakes/memory-store.ts';
import { news, openStorm, range, told } from '../../../test/support/storm-world.ts';
import type { Message } from '../../shared/model/notification.ts';
import { aloneMax, digestDefaults } from '../digest-pace.ts';

// How things went lately is in memory alone: what a restart in the middle of a storm makes of that.

interface Stormy {
  readonly messages: readonly Message[];
  /** Seconds of the storm at which each was sent. */
  readonly atS: readonly number[];
  readonly written: number;
}

/** A storm for so many seconds, in which the process is killed and started again every so often; then calm. */
async function storm({
  seconds,
  perSecond,
  everyS,
}: Record<'seconds' | 'perSecond' | 'everyS', number>): Promise<Stormy> {
  const store = new MemoryStore();
  const messages: Message[] = [];
  const atS: number[] = [];
  let written = 0;
  let world = openStorm({}, store);
  for (let second = 0; second < seconds; second += 1) {
    if (second % everyS === 0) {
      await world.deliverer.stop();
      messages.push(...world.slack.messages);
      world = openStorm({}, store);
      // A clock of its own begins at twelve again: it is brought to the storm's time, and nobody is woken before.
      await world.clock.pass(second * 1_000);
      const { slack, clock } = world;
      const { answer } = slack;
      slack.answer = (message, signal) => {
        atS.push(Math.floor((clock.nowMs() - twelve) / 1_000));
        return answer(message, signal);
      };
    }
    world.write(
      ...range(written, written + perSecond).map((number) =>
        news(number, { atMs: second * 1_000, severity: 'medium' }),
      ),
    );
    written += perSecond;
    await world.clock.pass(1_000);
  }
  await world.clock.pass(1_200_000);
  messages.push(...world.slack.messages);
  await world.deliverer.stop();
  expect(store.depth()).toEqual([]);
  return { messages, atS, written };
}

const twelve = Date.UTC(2026, 2, 1, 12);

describe('a restart in the middle of a storm', () => {
  test('every minute loses no count, and costs a few messages each time', async () => {
    const { messages, written } = await storm({ seconds: 600, perSecond: 20, everyS: 60 });
    expect(told(messages)).toBe(written);
    expect(messages.length).toBeLessThanOrEqual(10 * (digestDefaults.after + aloneMax + 2));
  });

  test('again and again, before a digest is due, leaves nobody without word, and floods nobody', async () => {
    const { messages, atS, written } = await storm({ seconds: 120, perSecond: 20, everyS: 5 });
    expect(told(messages)).toBe(written);
    const heardS = [0, ...atS.filter((second) => second < 120), 120];
    const gaps = heardS.map((second, nth) => second - (heardS[nth - 1] ?? 0));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(20);
    expect(messages.length).toBeLessThanOrEqual(24 * 2);
  });
});
