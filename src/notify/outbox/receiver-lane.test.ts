import { describe, expect, test } from 'vitest';
import {
  away,
  delivered,
  message,
  numbers,
  openDelivery,
  rejected,
} from '../../../test/support/delivery-world.ts';

describe('messages to a receiver', () => {
  test('go out one by one, in order, no faster than its rate', async () => {
    const { clock, slack, store, write } = openDelivery();
    write(...numbers(4).map((id) => message(id, id)));
    const startMs = clock.nowMs();
    await clock.pass(10_000);
    expect(slack.asked.map(({ id, atMs }) => [id, atMs - startMs])).toEqual([
      ['0', 0],
      ['1', 1_000],
      ['2', 2_000],
      ['3', 3_000],
    ]);
    expect(store.depth()).toEqual([]);
  });

  test('follow each other a second behind the answer, for who knows when the one before arrived', async () => {
    const { clock, slack, write } = openDelivery();
    slack.answer = async () => {
      await clock.sleep(300);
      return delivered;
    };
    write(...numbers(3).map((id) => message(id, id)));
    const startMs = clock.nowMs();
    await clock.pass(10_000);
    expect(slack.asked.map(({ atMs }) => atMs - startMs)).toEqual([0, 1_300, 2_600]);
  });

  test('to one address by two receivers go no faster than one of them', async () => {
    const addresses = new Map([
      ['soc/slack', 'x'],
      ['soc/email', 'x'],
    ]);
    const { clock, slack, email, write } = openDelivery({ addresses });
    write(...numbers(3).map((id) => message(id, id)));
    write(...numbers(3).map((id) => message(id, id, 'receiver:soc/email')));
    const startMs = clock.nowMs();
    await clock.pass(10_000);
    const times = [...slack.asked, ...email.asked].map(({ atMs }) => atMs - startMs).sort((a, b) => a - b);
    expect(times).toEqual([0, 1_000, 2_000, 3_000, 4_000, 5_000]);
  });

  test('leave the outbox at once, so that a crash repeats one at most', async () => {
    const { clock, store, write } = openDelivery();
    write(message('a', '1'), message('b', '2'));
    await clock.pass(0);
    expect(store.peek('receiver:soc/slack', 10).map(({ id }) => id)).toEqual([2]);
  });

  test('are tried again with growing pauses while it is away, then go on in order', async () => {
    const { clock, slack, write, log } = openDelivery();
    slack.answer = () => away;
    write(message('a', '1'), message('b', '2'));
    const startMs = clock.nowMs();
    await clock.pass(20_000);
    expect(slack.asked.map(({ atMs }) => atMs - startMs)).toEqual([0, 1_000, 2_000, 4_000, 8_000, 16_000]);
    slack.answer = () => delivered;
    await clock.pass(60_000);
    expect(slack.asked.slice(6).map(({ id }) => id)).toEqual(['1', '2']);
    expect(log.lines.map(({ level, message: said }) => `${level} ${said}`)).toEqual([
      'warn waiting for a receiver to take messages',
      'info the receiver takes messages again',
    ]);
  });

  test('wait as long as the receiver asked for, before anything else is sent', async () => {
    const { clock, slack, write } = openDelivery();
    slack.answer = () => ({ kind: 'retry', reason: 'rate-limited', detail: 'answered 429', afterMs: 30_000 });
    write(message('a', '1'), message('b', '2'));
    const startMs = clock.nowMs();
    await clock.pass(1);
    slack.answer = () => delivered;
    await clock.pass(60_000);
    expect(slack.asked.map(({ id, atMs }) => [id, atMs - startMs])).toEqual([
      ['1', 0],
      ['1', 30_000],
      ['2', 31_000],
    ]);
  });

  test('that are refused for good are set aside at once, and the next goes out', async () => {
    const { clock, slack, store, write, log, counts } = openDelivery();
    slack.answer = ({ id }) => (id === '1' ? rejected : delivered);
    write(message('a', '1'), message('b', '2'));
    await clock.pass(5_000);
    expect(slack.asked.map(({ id }) => id)).toEqual(['1', '2']);
    expect(store.disk.givenUp).toMatchObject([
      { row: { reason: 'client', detail: 'answered 404: no_service' } },
    ]);
    expect(log.lines).toMatchObject([
      { level: 'error', fields: { lane: 'receiver:soc/slack', reason: 'client' } },
    ]);
    expect(counts.get('receiver:soc/slack gave-up client')).toBe(1);
  });

  test('are given up after so many attempts, and set aside with the last reason', async () => {
    const { clock, slack, store, write } = openDelivery({ limits: { maxAttempts: 4 } });
    slack.answer = () => away;
    write(message('a', '1'));
    await clock.pass(600_000);
    expect(slack.asked).toHaveLength(4);
    expect(store.disk.givenUp).toMatchObject([
      { row: { reason: 'gave-up', detail: '4 attempts: no connection (ECONNREFUSED)' } },
    ]);
  });

  test('are given up after a day of failing', async () => {
    const { clock, slack, store, write } = openDelivery();
    slack.answer = () => ({
      kind: 'retry',
      reason: 'rate-limited',
      detail: 'answered 429',
      afterMs: 3_600_000,
    });
    write(message('a', '1'));
    await clock.pass(23 * 3_600_000);
    expect(store.disk.givenUp).toEqual([]);
    await clock.pass(2 * 3_600_000);
    expect(store.disk.givenUp).toHaveLength(1);
  });

  test('that the receiver cannot digest step aside for others, never for the same incident', async () => {
    const { clock, slack, store, write } = openDelivery({ limits: { asideAfter: 3 } });
    slack.answer = ({ id }) =>
      id === 'poison' ? { kind: 'retry', reason: 'server', detail: 'answered 500' } : delivered;
    write(
      message('a', 'poison'),
      message('a', 'a resolved'),
      message('b', 'b opened'),
      message('c', 'c opened'),
    );
    await clock.pass(60_000);
    const ids = slack.asked.map(({ id }) => id);
    expect(ids.slice(0, 4)).toEqual(['poison', 'poison', 'poison', 'b opened']);
    expect(ids).toContain('c opened');
    expect(ids).not.toContain('a resolved');
    write(message('d', 'd opened'));
    await clock.pass(1_000);
    expect(slack.asked.at(-1)?.id).toBe('d opened');
    expect(store.depth()).toMatchObject([{ waiting: 2 }]);
  });

  test('of one receiver do not wait for those of another', async () => {
    const { clock, slack, email, write } = openDelivery();
    slack.answer = () => away;
    write(message('a', '1'), message('a', '2', 'receiver:soc/email'));
    await clock.pass(0);
    expect(email.asked.map(({ id }) => id)).toEqual(['2']);
  });

  test('come back with those who have them already, which their fallback does not', async () => {
    const fallbacks = new Map([['soc/slack', { to: ['soc/email'], afterMs: 600_000 }]]);
    const { clock, slack, email, write } = openDelivery({ fallbacks });
    const told = ['a@example.org'];
    slack.answer = (notification) =>
      notification.told === undefined ? { kind: 'retry', reason: 'server', detail: '', told } : rejected;
    write(message('a', '1'));
    await clock.pass(5_000);
    expect(slack.notifications.map((one) => one.told)).toEqual([undefined, told]);
    expect(email.notifications.map((one) => one.told)).toEqual([undefined]);
  });

  test('that break a notifier are set aside, and the log has the error', async () => {
    const { clock, slack, store, write, log } = openDelivery();
    slack.answer = () => {
      throw new TypeError('a bug');
    };
    write(message('a', '1'));
    await clock.pass(0);
    expect(store.disk.givenUp).toHaveLength(1);
    expect(log.lines[0]).toMatchObject({ level: 'error', fields: { error: expect.any(TypeError) } });
  });

  test('to a receiver that is no longer configured are set aside, where people can see them', async () => {
    const { clock, store, write } = openDelivery();
    write(message('a', '1', 'receiver:gone/slack'));
    await clock.pass(0);
    expect(store.disk.givenUp).toMatchObject([{ row: { detail: 'no such receiver in the configuration' } }]);
  });
});

describe('what a receiver could not be told', () => {
  const fallbacks = new Map([['soc/slack', { to: ['soc/email'], afterMs: 600_000 }]]);

  test('its fallback is told at once, with the reason', async () => {
    const { clock, slack, email, store, write, counts } = openDelivery({ fallbacks });
    slack.answer = () => rejected;
    write(message('a', '1'));
    await clock.pass(0);
    expect(email.notifications).toMatchObject([
      {
        reason: 'opened',
        incident: { id: 'a' },
        undelivered: { receiver: 'soc/slack', detail: 'answered 404: no_service' },
      },
    ]);
    expect(counts.get('receiver:soc/slack told-elsewhere client')).toBe(1);
    expect(store.depth()).toEqual([{ lane: 'receiver:soc/slack', waiting: 0, gaveUp: 1 }]);
  });

  test('its fallback is told too when it was tried long enough', async () => {
    const { clock, slack, email, write } = openDelivery({ fallbacks, limits: { maxAttempts: 3 } });
    slack.answer = () => away;
    write(message('a', '1'));
    await clock.pass(60_000);
    expect(email.notifications).toMatchObject([
      { undelivered: { detail: '3 attempts: no connection (ECONNREFUSED)' } },
    ]);
  });

  test('its fallback is told after ten minutes, everything that waits, until it takes messages again', async () => {
    const { clock, slack, email, store, write } = openDelivery({ fallbacks });
    slack.answer = () => away;
    write(...numbers(5).map((id) => message(id, id)));
    const startMs = clock.nowMs();
    await clock.pass(600_000);
    expect(email.asked).toEqual([]);
    await clock.pass(420_000);
    expect(email.notifications.map(({ incident }) => incident.id)).toEqual(numbers(5));
    expect((email.asked[0]?.atMs ?? 0) - startMs).toBeLessThan(900_000);
    slack.answer = () => delivered;
    write(message('back', 'back'));
    await clock.pass(10_000);
    slack.answer = () => away;
    write(message('again', 'again'));
    await clock.pass(10_000);
    expect(email.asked).toHaveLength(5);
    expect(store.depth()).toEqual([{ lane: 'receiver:soc/slack', waiting: 1, gaveUp: 5 }]);
  });

  test('has the same id each time it goes to the fallback, and another than the message itself', async () => {
    const ids = [];
    for (const _ of [1, 2]) {
      const { clock, slack, email, write } = openDelivery({ fallbacks });
      slack.answer = () => rejected;
      write(message('a', '1'));
      await clock.pass(0);
      ids.push(email.asked[0]?.id);
    }
    expect(ids[0]).toMatch(/^[0-9a-f]{32}$/);
    expect(ids[1]).toBe(ids[0]);
  });

  test('goes no further than the last fallback, and is kept in both lanes', async () => {
    const { clock, slack, email, store, write } = openDelivery({ fallbacks });
    slack.answer = () => rejected;
    email.answer = () => rejected;
    write(message('a', '1'));
    await clock.pass(60_000);
    expect(store.depth()).toMatchObject([{ gaveUp: 1 }, { gaveUp: 1 }]);
    expect([slack.asked.length, email.asked.length]).toEqual([1, 1]);
  });

  test('can be told again later', async () => {
    const { clock, slack, store, deliverer, write } = openDelivery();
    slack.answer = () => rejected;
    write(message('a', '1'));
    await clock.pass(5_000);
    slack.answer = () => delivered;
    store.sendAgain(store.givenUp({ limit: 10 }).map(({ id }) => id));
    deliverer.wake();
    await clock.pass(5_000);
    expect(slack.asked.map(({ id }) => id)).toEqual(['1', '1']);
    expect(store.depth()).toEqual([]);
  });
});
