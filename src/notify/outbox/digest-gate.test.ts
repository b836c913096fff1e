import { describe, expect, test } from 'vitest';
import { delivered } from '../../../test/support/delivery-world.ts';
import {
  lane,
  news,
  openStorm,
  range,
  told,
  tooFast,
  unreachable,
} from '../../../test/support/storm-world.ts';
import { isDigest } from '../../shared/model/notification.ts';

describe('messages to people', () => {
  test('go out one by one while they are few', async () => {
    const { clock, slack, write } = openStorm();
    write(...range(0, 10).map((number) => news(number)));
    await clock.pass(60_000);
    expect(slack.messages.map(({ id }) => id)).toEqual(range(0, 10).map((number) => `n${number}`));
  });

  test('become a few digests in a storm, with exact counts, and none is missing', async () => {
    const { clock, slack, store, write, counts, log } = openStorm();
    for (let second = 0; second < 60; second += 1) {
      const severity = second % 2 === 0 ? 'high' : 'low';
      write(
        ...range(second * 50, second * 50 + 50).map((number) =>
          news(number, { severity, atMs: second * 1_000 }),
        ),
      );
      await clock.pass(1_000);
    }
    await clock.pass(120_000);
    expect(told(slack.messages)).toBe(3_000);
    expect(slack.messages.length).toBeLessThanOrEqual(4);
    expect(slack.digests.map(({ cause }) => cause)).toEqual(['behind', 'behind']);
    expect(
      slack.digests.every(({ items }) => items.length === 20 && items[0]?.incident.severity === 'high'),
    ).toBe(true);
    expect(store.depth()).toEqual([]);
    expect(counts.get(`tocsin_notifications_collapsed_total ${lane}`)).toBe(
      3_000 - slack.notifications.length,
    );
    expect(counts.get(`tocsin_digests_total ${lane} behind`)).toBe(2);
    expect(log.lines.filter(({ message }) => message === 'messages were told in one digest')).toHaveLength(2);
  });

  test('of which many go out in a minute become digests, too', async () => {
    const { clock, slack, write } = openStorm();
    for (const number of range(0, 300)) {
      write(news(number, { atMs: number * 1_000 }));
      await clock.pass(1_000);
    }
    await clock.pass(600_000);
    expect(told(slack.messages)).toBe(300);
    expect(slack.messages.length).toBeLessThan(20);
  });

  test('that are critical go ahead of the digest, five at most; the rest stand first in it', async () => {
    const { clock, slack, write } = openStorm();
    const all = range(0, 100).map((number) =>
      news(number, { severity: number >= 40 && number < 48 ? 'critical' : 'medium' }),
    );
    write(...all);
    await clock.pass(9_000);
    expect(slack.notifications.map(({ incident }) => incident.id)).toEqual([
      'i40',
      'i41',
      'i42',
      'i43',
      'i44',
    ]);
    await clock.pass(9_000);
    const [digest] = slack.digests;
    expect(digest).toMatchObject({
      total: 95,
      severities: [{ severity: 'critical', count: 3 }, { count: 92 }],
    });
    expect(digest?.items.slice(0, 3).map(({ incident }) => incident.id)).toEqual(['i45', 'i46', 'i47']);
  });

  test('that are critical do not wait for the next digest', async () => {
    const { clock, slack, write } = openStorm();
    write(...range(0, 100).map((number) => news(number)));
    await clock.pass(12_000);
    expect(slack.digests).toHaveLength(1);
    write(...range(100, 200).map((number) => news(number)));
    await clock.pass(3_000);
    write(news(200, { severity: 'critical' }));
    await clock.pass(2_000);
    expect(slack.messages.at(-1)).toMatchObject({ id: 'n200' });
    expect(slack.digests).toHaveLength(1);
    await clock.pass(60_000);
    expect(slack.digests.map(({ total }) => total)).toEqual([100, 100]);
  });

  test('go out one by one again when it is calm', async () => {
    const { clock, slack, write } = openStorm();
    write(...range(0, 100).map((number) => news(number)));
    await clock.pass(200_000);
    write(news(100), news(101));
    await clock.pass(5_000);
    expect(slack.messages.slice(1).map(({ id }) => id)).toEqual(['n100', 'n101']);
  });
});

describe('after an outage of the receiver', () => {
  test('what it certainly did not get is told in one digest', async () => {
    const { clock, slack, store, write } = openStorm();
    slack.answer = () => unreachable;
    for (const minute of range(0, 30)) {
      write(...range(minute * 10, minute * 10 + 10).map((number) => news(number, { atMs: minute * 60_000 })));
      await clock.pass(60_000);
    }
    const failed = slack.messages.length;
    slack.answer = () => delivered;
    await clock.pass(400_000);
    const after = slack.messages.slice(failed);
    expect(told(after)).toBe(300);
    expect(after.length).toBeLessThanOrEqual(2);
    expect(store.depth()).toEqual([]);
  });

  test('what it may have got comes again with the same id, beside the digest of the others', async () => {
    const { clock, slack, write } = openStorm();
    slack.answer = () => ({ kind: 'retry', reason: 'timeout', detail: 'no answer in time' });
    write(news(0));
    await clock.pass(1_000);
    write(...range(1, 101).map((number) => news(number)));
    await clock.pass(20_000);
    slack.answer = () => delivered;
    await clock.pass(120_000);
    expect(new Set(slack.notifications.map(({ id }) => id))).toEqual(new Set(['n0']));
    expect(slack.digests.map(({ total }) => total)).toEqual([100]);
  });

  test('a digest that may have arrived comes again as it was; the next one stands for the others', async () => {
    const { clock, slack, write } = openStorm();
    slack.answer = (message) =>
      isDigest(message) && slack.digests.length < 3
        ? { kind: 'retry', reason: 'server', detail: 'answered 500' }
        : delivered;
    write(...range(0, 50).map((number) => news(number)));
    await clock.pass(12_000);
    write(...range(50, 100).map((number) => news(number)));
    await clock.pass(200_000);
    expect(slack.digests.map(({ total }) => total)).toEqual([50, 50, 50, 50]);
    expect(new Set(slack.digests.map(({ id }) => id)).size).toBe(2);
    expect(new Set(slack.digests.slice(0, 3).map(({ id }) => id)).size).toBe(1);
  });

  test('a mail that some of its recipients have is not told to them again in a digest', async () => {
    const { clock, slack, write } = openStorm();
    slack.answer = (message) =>
      message.id === 'n0' && slack.messages.length < 3
        ? { kind: 'retry', reason: 'server', detail: '', told: ['a@example.org'], hasNotArrived: true }
        : delivered;
    write(news(0));
    await clock.pass(100);
    write(...range(1, 40).map((number) => news(number)));
    await clock.pass(100_000);
    expect(slack.notifications.filter(({ id }) => id === 'n0').at(-1)?.told).toEqual(['a@example.org']);
    expect(slack.digests.map(({ total }) => total)).toEqual([39]);
  });

  test('a rate limit is not an attempt that may have arrived', async () => {
    const { clock, slack, write } = openStorm();
    let refusals = 0;
    slack.answer = () => {
      refusals += 1;
      return refusals < 4 ? tooFast : delivered;
    };
    write(...range(0, 40).map((number) => news(number)));
    await clock.pass(60_000);
    expect(slack.messages.slice(3).map((message) => isDigest(message) && message.total)).toEqual([40]);
  });
});

describe('the past', () => {
  test('is told in one digest, and what happens now beside it at once', async () => {
    const { clock, slack, write } = openStorm();
    const old = { atMs: -7_200_000 };
    for (const number of range(0, 6)) write(news(number, old));
    write(news(6));
    await clock.pass(2_000);
    expect(slack.messages.map(({ id }) => id)).toEqual(['n6']);
    await clock.pass(10_000);
    expect(slack.digests).toMatchObject([{ cause: 'past', total: 6 }]);
  });

  test('of one incident is told by itself', async () => {
    const { clock, slack, write } = openStorm();
    write(news(0, { atMs: -7_200_000 }));
    await clock.pass(20_000);
    expect(slack.messages.map(({ id }) => id)).toEqual(['n0']);
  });

  test('that comes slowly is told seldom', async () => {
    const { clock, slack, write } = openStorm();
    for (const number of range(0, 200)) {
      write(news(number, { atMs: -7_200_000 }));
      await clock.pass(2_000);
    }
    await clock.pass(300_000);
    expect(told(slack.messages)).toBe(200);
    expect(slack.messages.length).toBeLessThanOrEqual(5);
    expect(slack.digests.every(({ cause }) => cause === 'past')).toBe(true);
  });

  test('with much of the present is told as a lane that is behind', async () => {
    const { clock, slack, write } = openStorm();
    write(...range(0, 5).map((number) => news(number, { atMs: -7_200_000 })));
    await clock.pass(1_000);
    write(...range(5, 30).map((number) => news(number)));
    await clock.pass(30_000);
    expect(slack.digests).toMatchObject([{ cause: 'behind', total: 30 }]);
  });
});
