import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ManualClock } from '../../../test/fakes/manual-clock.ts';
import { MemoryStore } from '../../../test/fakes/memory-store.ts';
import { message, numbers } from '../../../test/support/delivery-world.ts';
import { firstHanging } from '../../../test/support/first-hanging.ts';
import type { HttpAnswer } from '../../../test/support/http-stand-in.ts';
import { RecordingLog } from '../../../test/support/recording-log.ts';
import { SlackStandIn } from '../../../test/support/slack-stand-in.ts';
import { WatchedNotifier } from '../../../test/support/watched-notifier.ts';
import { isDigest } from '../../shared/model/notification.ts';
import type { Notifier } from '../../shared/ports/notifier.ts';
import { Secret } from '../../shared/secret.ts';
import { type DigestOptions, digestDefaults } from '../digest-pace.ts';
import { Deliverer } from '../outbox/deliver.ts';
import { SlackNotifier } from './slack-notifier.ts';

// The outbox's lane, the notifier and a Slack that enforces its own limits, on a clock that the test moves. Time stands
// still while a request is under way, so that what is asserted is tocsin's doing and not the machine's.

type Digests = ReadonlyMap<string, DigestOptions>;

const takesAll = (name: string): Notifier => ({
  name,
  notify: async () => ({ kind: 'delivered' }),
  close: async () => undefined,
});

describe('messages to Slack', () => {
  const clock = new ManualClock();
  let slack: SlackStandIn;
  /** Takes whatever it is sent, and never answers. */
  let silent: SlackStandIn;
  beforeEach(async () => {
    slack = await SlackStandIn.start({ nowMs: () => clock.nowMs() });
    silent = await SlackStandIn.start();
    silent.answerAlways('hang');
  });
  afterEach(() => Promise.all([slack.stop(), silent.stop()]));

  /**
   * The time limit is real time: far above what a busy machine needs where an answer is asserted, short only for the
   * first `hangs` posts, which get none however long they wait.
   */
  function openNotifier(hangs: number): WatchedNotifier {
    const parts = { name: 'soc/slack', clock };
    const hanging = new SlackNotifier({
      ...parts,
      webhookUrl: new Secret(silent.webhookUrl),
      timeoutMs: 100,
    });
    const answering = new SlackNotifier({
      ...parts,
      webhookUrl: new Secret(slack.webhookUrl),
      timeoutMs: 60_000,
    });
    return new WatchedNotifier(firstHanging(hangs, { hanging, answering }), clock);
  }

  function open({ hangs = 0, digests = new Map() }: { hangs?: number; digests?: Digests } = {}) {
    const store = new MemoryStore();
    const log = new RecordingLog();
    const counts: string[] = [];
    const watched = openNotifier(hangs);
    const mail = new WatchedNotifier(takesAll('oncall/email'), clock);
    const deliverer = new Deliverer({
      outbox: store,
      sink: {
        ensureTopics: async () => {},
        publish: async () => ({ kind: 'delivered' }),
        close: async () => {},
      },
      notifiers: new Map([watched, mail].map((each) => [each.name, each])),
      rates: new Map([['soc/slack', 1]]),
      digests,
      fallbacks: new Map([['soc/slack', { to: ['oncall/email'], afterMs: 600_000 }]]),
      clock,
      log,
      metrics: {
        count: (name, labels) => counts.push(`${name} ${JSON.stringify(labels)}`),
        gauge: () => undefined,
        observe: () => undefined,
      },
      random: () => 0.5,
    });
    const write = (ids: readonly string[]): void => {
      const outbox = ids.map((id) => message(id, id));
      store.commit({ positions: [], watermarks: {}, windowDelta: null, incidents: [], outbox }, () => '');
      deliverer.wake();
    };
    return { store, log, counts, watched, mail, deliverer, write };
  }

  const taken = (): (string | undefined)[] =>
    slack.messages.map(({ message: { text } }) => /\(incident (\w+)\)$/.exec(text)?.[1]);

  test('come one a second, so that Slack never has to say no', async () => {
    const { write, deliverer } = open();
    write(numbers(8));
    await clock.pass(10_000);
    expect(taken()).toEqual(numbers(8));
    expect(slack.posts).toHaveLength(8);
    await deliverer.stop();
  });

  test.each([1, 30, 120])('wait the %d seconds that Slack asks for, to the second', async (seconds) => {
    const { write, watched, deliverer } = open();
    slack.rateLimit(seconds);
    write(['a', 'b']);
    await clock.pass(seconds * 1_000 + 4_000);
    const [first, second] = watched.sent.map(({ atMs }) => atMs);
    expect(watched.sent.map(({ message: { id } }) => id)).toEqual(['a', 'a', 'b']);
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(seconds * 1_000);
    expect((second ?? 0) - (first ?? 0)).toBeLessThan(seconds * 1_000 + 1_100);
    expect(taken()).toEqual(['a', 'b']);
    await deliverer.stop();
  });

  const failures: readonly HttpAnswer[] = [
    'hang',
    'drop',
    'reset',
    'half',
    { status: 500, body: 'rollup_error' },
  ];

  test.each(failures)('arrive after Slack failed with %j', async (failure) => {
    const { write, deliverer, store, watched } = open({ hangs: failure === 'hang' ? 2 : 0 });
    if (failure !== 'hang') slack.answer(failure, failure);
    write(['a', 'b']);
    await clock.pass(12_000);
    expect(taken()).toEqual(['a', 'b']);
    expect(watched.sent.map(({ message: { id } }) => id)).toEqual(['a', 'a', 'a', 'b']);
    const ofTheFirst = [...silent.posts, ...slack.posts].slice(0, -1);
    expect(new Set(ofTheFirst.map(({ body }) => body)).size).toBe(1);
    const [first = 0, second = 0, third = 0] = watched.sent.map(({ atMs }) => atMs);
    expect(third - second).toBeGreaterThan(second - first);
    expect(store.depth()).toEqual([]);
    await deliverer.stop();
  });

  test.each(failures)(
    'in a digest that Slack failed to take with %j come again as it was',
    async (failure) => {
      const digests = new Map([['soc/slack', digestDefaults]]);
      const { write, deliverer, store, watched } = open({ hangs: failure === 'hang' ? 2 : 0, digests });
      if (failure !== 'hang') slack.answer(failure, failure);
      write(numbers(50));
      await clock.pass(12_000);
      write(numbers(20).map((number) => `later${number}`));
      await clock.pass(200_000);
      const sent = watched.sent.map(({ message: one }) => one).filter(isDigest);
      expect(sent.map(({ total }) => total)).toEqual([50, 50, 50, 20]);
      expect(new Set(sent.map(({ id }) => id)).size).toBe(2);
      expect(watched.told).toEqual(sent.slice(2));
      expect(slack.messages).toHaveLength(2);
      expect(store.depth()).toEqual([]);
      await deliverer.stop();
    },
  );

  test('are taken where the answer broke off behind its status', async () => {
    const { write, deliverer } = open();
    slack.answer('half-body');
    write(['a', 'b']);
    await clock.pass(3_000);
    expect(slack.posts).toHaveLength(2);
    await deliverer.stop();
  });

  test.each([
    { status: 403, body: 'action_prohibited' },
    { status: 404, body: 'no_service' },
    { status: 410, body: 'channel_is_archived' },
  ])(
    'that Slack refuses for good ($status) are kept, told by mail, counted, and the address stays a secret',
    async (refusal) => {
      const { write, deliverer, store, mail, counts, log } = open();
      slack.answer({ ...refusal, body: `${refusal.body} ${slack.webhookUrl}` });
      write(['a', 'b']);
      await clock.pass(3_000);
      expect(taken()).toEqual(['b']);
      expect(store.givenUp({ limit: 10 })).toMatchObject([{ lane: 'receiver:soc/slack', attempts: 0 }]);
      expect(mail.told).toMatchObject([
        {
          incident: { id: 'a' },
          undelivered: { receiver: 'soc/slack', detail: expect.stringContaining(refusal.body) },
        },
      ]);
      expect(counts.join('\n')).toMatch(/"outcome":"gave-up"[\s\S]*"outcome":"told-elsewhere"/);
      const said = JSON.stringify([log.lines, counts, mail.told, store.givenUp({ limit: 10 })]);
      expect(said).not.toContain('/services/');
      await deliverer.stop();
    },
  );
});
