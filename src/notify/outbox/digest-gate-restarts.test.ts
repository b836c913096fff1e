import { describe, expect, test } from 'vitest';
import { MemoryStore } from '../../../test/fakes/memory-store.ts';
import { news, openStorm, range, startMs, told } from '../../../test/support/storm-world.ts';
import { isDigest, type Message } from '../../shared/model/notification.ts';

// How things went lately is kept with the rows: kills in the middle of a storm make neither more messages nor fewer.

interface Storm {
  readonly seconds: number;
  readonly perSecond: number;
  /** How often the process is killed and started again; null: never. */
  readonly everyS: number | null;
}

interface Told {
  readonly messages: readonly Message[];
  /** Seconds of the storm at which digests were sent. */
  readonly digestsS: readonly number[];
  readonly written: number;
}

/** A storm for so many seconds, every eighth incident critical; then calm. */
async function storm({ seconds, perSecond, everyS }: Storm): Promise<Told> {
  const store = new MemoryStore();
  const messages: Message[] = [];
  const digestsS: number[] = [];
  let written = 0;
  let world = openStorm({}, store);
  const live = (): void => {
    const { slack, clock } = world;
    const { answer } = slack;
    slack.answer = (message, signal) => {
      messages.push(message);
      if (isDigest(message)) digestsS.push(Math.floor((clock.nowMs() - startMs) / 1_000));
      return answer(message, signal);
    };
  };
  live();
  for (let second = 0; second < seconds; second += 1) {
    if (everyS !== null && second > 0 && second % everyS === 0) {
      await world.deliverer.stop();
      // A clock that begins where the other one stood.
      world = openStorm({}, store, world.clock);
      live();
      world.deliverer.wake();
    }
    const parts = { atMs: second * 1_000 };
    world.write(
      ...range(written, written + perSecond).map((number) =>
        news(number, { ...parts, severity: number % 8 === 0 ? 'critical' : 'medium' }),
      ),
    );
    written += perSecond;
    await world.clock.pass(1_000);
  }
  await world.clock.pass(1_200_000);
  await world.deliverer.stop();
  expect(store.depth()).toEqual([]);
  return { messages, digestsS, written };
}

describe('kills in the middle of a storm of 10,000 incidents', () => {
  test.each([
    { seconds: 600, perSecond: 17, everyS: 60 },
    { seconds: 600, perSecond: 17, everyS: 3 },
    { seconds: 60, perSecond: 170, everyS: 2 },
  ])('at $perSecond a second, every $everyS s, change neither counts nor times', async (one) => {
    const undisturbed = await storm({ ...one, everyS: null });
    const killed = await storm(one);
    expect(told(killed.messages)).toBe(killed.written);
    expect(killed.messages.filter(isDigest).map(({ total }) => total)).toEqual(
      undisturbed.messages.filter(isDigest).map(({ total }) => total),
    );
    expect(killed.digestsS).toEqual(undisturbed.digestsS);
    expect(killed.messages).toHaveLength(undisturbed.messages.length);
    expect(killed.messages.length).toBeLessThan(50);
  });

  test('so slow that no process ever has much to tell, make no flood of single messages', async () => {
    const { messages, written } = await storm({ seconds: 900, perSecond: 1, everyS: 3 });
    expect(told(messages)).toBe(written);
    expect(messages.length).toBeLessThan(50);
  });
});
