import { describe, expect, test } from 'vitest';
import {
  away,
  delivered,
  keys,
  message,
  openDelivery,
  record,
  rejected,
} from '../../../test/support/delivery-world.ts';
import { sampleIncident, sampleNotification } from '../../../test/support/sample-incident.ts';
import { integrityRule } from '../../incident/integrity-rules.ts';
import { isoTime } from '../../shared/iso-time.ts';
import type { NewOutboxRow } from '../../shared/ports/outbox.ts';
import { digestOf } from '../message/digest.ts';
import { deliveryNotices } from './delivery-notices.ts';

const minute = 60_000;
const lane = 'receiver:soc/slack';

describe('an incident keeps of its messages', () => {
  const world = () => {
    const opened = openDelivery({
      fallbacks: new Map([['soc/slack', { to: ['soc/email'], afterMs: 600_000 }]]),
    });
    const startMs = opened.clock.nowMs();
    const said = (id: string) =>
      opened.store.notices(id).map(({ at, receiver, told, reason, detail }) => {
        expect(receiver).toBe('soc/slack');
        return [(Date.parse(at) - startMs) / 1_000, `${told ? '' : 'not '}told: ${reason}`, detail];
      });
    return { ...opened, said };
  };

  test('nothing where they were taken at once', async () => {
    const { clock, write, said } = world();
    write(message('a', '1'));
    await clock.pass(minute);
    expect(said('a')).toEqual([]);
  });

  test('once that they were not, and that they were in the end', async () => {
    const { clock, slack, write, said } = world();
    slack.answer = () => away;
    write(message('a', '1'));
    await clock.pass(3_000);
    slack.answer = () => delivered;
    await clock.pass(minute);
    expect(said('a')).toEqual([
      [0, 'not told: not-taken', 'no connection (ECONNREFUSED); it is tried again'],
      [4, 'told: delivered', 'after 4 attempts'],
    ]);
  });

  test('that they were given up, who is told instead, and how they are sent again; and that they were', async () => {
    const { clock, slack, store, write, said } = world();
    slack.answer = () => rejected;
    write(message('a', '1'));
    await clock.pass(1_000);
    const note = { at: isoTime(clock.nowMs()), told: true, reason: 'sent-again', detail: 'by me' } as const;
    store.sendAgain([1], (row) => deliveryNotices(row, note));
    expect(said('a')).toEqual([
      [
        0,
        'not told: given-up',
        'answered 404: no_service; soc/email is told instead; tocsin outbox retry 1 sends it again',
      ],
      [1, 'told: sent-again', 'by me'],
    ]);
  });

  test('the same where it is one of those that a digest names', async () => {
    const { clock, slack, write, said } = world();
    slack.answer = () => rejected;
    const items = ['a', 'b'].map((id) => sampleNotification(sampleIncident({ id })));
    const digest = digestOf(items, { id: 'd', cause: 'grouped', group: {} });
    write({ lane, payload: { kind: 'digest', digest } });
    await clock.pass(1_000);
    expect([said('a'), said('b')]).toMatchObject([
      [[0, 'not told: given-up', expect.any(String)]],
      [[0, 'not told: given-up', expect.any(String)]],
    ]);
  });
});

describe('what is not delivered', () => {
  test('is told of, by lane, once', async () => {
    const { clock, slack, deliverer, write } = openDelivery();
    slack.answer = () => rejected;
    write(message('a', '1'), message('b', '2'), message('c', '3', 'receiver:gone/slack'));
    await clock.pass(5_000);
    expect([...deliverer.takeUndelivered()].sort((a, b) => a.givenUp - b.givenUp)).toEqual([
      {
        lane: 'receiver:gone/slack',
        givenUp: 1,
        downMs: null,
        detail: 'no such receiver in the configuration',
      },
      { lane, givenUp: 2, downMs: null, detail: 'answered 404: no_service' },
    ]);
    expect(deliverer.takeUndelivered()).toEqual([]);
  });

  test('is told of where a topic refuses a record for good', async () => {
    const { clock, sink, deliverer, write } = openDelivery();
    sink.answer = (records) =>
      records.some(({ key }) => Buffer.from(key ?? []).toString() === '1') ? rejected : delivered;
    write(record('1'), record('2'));
    await clock.pass(5_000);
    expect(deliverer.takeUndelivered()).toMatchObject([{ lane: 'topic:tocsin.incidents', givenUp: 1 }]);
  });

  test('and is about just that goes no further: it would go on for ever', async () => {
    const { clock, slack, deliverer, write } = openDelivery();
    slack.answer = () => rejected;
    const { id, title, hash } = integrityRule('undelivered');
    const incident = sampleIncident({ id: 'own', rule: { id, title, hash } });
    const own = {
      lane,
      payload: { kind: 'notification', notification: sampleNotification(incident) },
    } as const;
    const digest = digestOf([sampleNotification(incident)], { id: 'd', cause: 'grouped', group: {} });
    const rows: NewOutboxRow[] = [own, { lane, payload: { kind: 'digest', digest } }];
    write(...rows);
    await clock.pass(5_000);
    expect(slack.asked).toHaveLength(2);
    expect(deliverer.takeUndelivered()).toEqual([]);
  });

  test('of records too, but for what a dead letter says of itself: its sender may have forged it', async () => {
    const { clock, sink, deliverer, write } = openDelivery();
    const bytes = (text: string) => Buffer.from(text);
    const { id, title, hash } = integrityRule('undelivered');
    const value = bytes(JSON.stringify(sampleIncident({ rule: { id, title, hash } })));
    const topic = 'tocsin.incidents';
    const type = ['ce_type', bytes('tocsin.incident.opened.v1')] as const;
    const own = { topic, key: bytes('own'), value, headers: [type], timestampMs: 0 };
    const reason = ['tocsin-reason', bytes('not-json')] as const;
    const forged = { ...own, topic: 'dead', headers: [type, reason] };
    sink.answer = (records) => (keys(records).includes('own') ? rejected : delivered);
    for (const each of [own, forged])
      write({ lane: `topic:${each.topic}`, payload: { kind: 'record', record: each } });
    write(record('1'), record('2', 'dead'));
    await clock.pass(60_000);
    expect(deliverer.takeUndelivered()).toMatchObject([{ lane: 'topic:dead', givenUp: 1 }]);
  });

  test('for a quarter of an hour, because its receiver is away, is told of as long as it is', async () => {
    const { clock, slack, deliverer, write } = openDelivery();
    slack.answer = () => away;
    write(message('a', '1'));
    await clock.pass(14 * minute);
    expect(deliverer.takeUndelivered()).toEqual([]);
    await clock.pass(10 * minute);
    expect(deliverer.takeUndelivered()).toEqual([
      { lane, givenUp: 0, downMs: expect.any(Number), detail: 'no connection (ECONNREFUSED)' },
    ]);
    slack.answer = () => delivered;
    await clock.pass(10 * minute);
    deliverer.takeUndelivered();
    write(message('b', '2'));
    await clock.pass(10 * minute);
    expect(deliverer.takeUndelivered()).toEqual([]);
  });
});
