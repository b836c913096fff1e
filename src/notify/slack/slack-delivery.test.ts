import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ManualClock } from '../../../test/fakes/manual-clock.ts';
import { MemoryStore } from '../../../test/fakes/memory-store.ts';
import { message, numbers } from '../../../test/support/delivery-world.ts';
import type { HttpAnswer } from '../../../test/support/http-stand-in.ts';
import { RecordingLog } from '../../../test/support/recording-log.ts';
import { SlackStandIn } from '../../../test/support/slack-stand-in.ts';
import type { Notification, Notifier } from '../../shared/ports/notifier.ts';
import { Secret } from '../../shared/secret.ts';
import { Deliverer } from '../outbox/deliver.ts';
import { SlackNotifier } from './slack-notifier.ts';

// The outbox's lane, the notifier and a Slack that enforces its own limits, on a clock that the test moves. Time stands
// still while a request is under way, so that what is asserted is tocsin's doing and not the machine's.

class Watched implements Notifier {
  readonly name: string;
  readonly told: { readonly id: string; readonly atMs: number; readonly notification: Notification }[] = [];
  inFlight = 0;
  readonly #inner: Notifier | null;
  readonly #clock: ManualClock;

  constructor(name: string, clock: ManualClock, inner: Notifier | null) {
    this.name = name;
    this.#clock = clock;
    this.#inner = inner;
  }

  async notify(notification: Notification, signal: AbortSignal): ReturnType<Notifier['notify']> {
    this.told.push({ id: notification.id, atMs: this.#clock.nowMs(), notification });
    this.inFlight += 1;
    try {
      return (await this.#inner?.notify(notification, signal)) ?? { kind: 'delivered' };
    } finally {
      this.inFlight -= 1;
    }
  }

  async close(): Promise<void> {}
}

describe('messages to Slack', () => {
  const clock = new ManualClock();
  let slack: SlackStandIn;
  beforeEach(async () => {
    slack = await SlackStandIn.start({ nowMs: () => clock.nowMs() });
  });
  afterEach(() => slack.stop());

  /** The time limit is real time, far above what a busy machine needs for an answer. */
  function open(timeoutMs = 30_000) {
    const store = new MemoryStore();
    const log = new RecordingLog();
    const counts: string[] = [];
    const webhookUrl = new Secret(slack.webhookUrl);
    const inner = new SlackNotifier({ name: 'soc/slack', webhookUrl, clock, timeoutMs });
    const watched = new Watched('soc/slack', clock, inner);
    const mail = new Watched('oncall/email', clock, null);
    const deliverer = new Deliverer({
      outbox: store,
      sink: {
        ensureTopics: async () => {},
        publish: async () => ({ kind: 'delivered' }),
        close: async () => {},
      },
      notifiers: new Map([watched, mail].map((each) => [each.name, each])),
      rates: new Map([['soc/slack', 1]]),
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
    const pass = async (durationMs: number): Promise<void> => {
      const untilMs = clock.nowMs() + durationMs;
      do {
        while (watched.inFlight > 0) await new Promise((resolve) => setImmediate(resolve));
        await clock.pass(100);
      } while (clock.nowMs() < untilMs || watched.inFlight > 0);
    };
    return { store, log, counts, watched, mail, deliverer, write, pass };
  }

  const taken = (): (string | undefined)[] =>
    slack.messages.map(({ message: { text } }) => /\(incident (\w+)\)$/.exec(text)?.[1]);

  test('come one a second, so that Slack never has to say no', async () => {
    const { write, pass, deliverer } = open();
    write(numbers(8));
    await pass(10_000);
    expect(taken()).toEqual(numbers(8));
    expect(slack.posts).toHaveLength(8);
    await deliverer.stop();
  });

  test.each([1, 30, 120])('wait the %d seconds that Slack asks for, to the second', async (seconds) => {
    const { write, pass, watched, deliverer } = open();
    slack.rateLimit(seconds);
    write(['a', 'b']);
    await pass(seconds * 1_000 + 4_000);
    const [first, second] = watched.told.map(({ atMs }) => atMs);
    expect(watched.told.map(({ id }) => id)).toEqual(['a', 'a', 'b']);
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

  test.each(failures)('arrive after Slack failed with %j', { timeout: 60_000 }, async (failure) => {
    const { write, pass, deliverer, store, watched } = open(failure === 'hang' ? 2_000 : 30_000);
    slack.answer(failure, failure);
    write(['a', 'b']);
    await pass(12_000);
    expect(taken()).toEqual(['a', 'b']);
    expect(new Set(slack.posts.slice(0, 3).map(({ body }) => body)).size).toBe(1);
    const [first = 0, second = 0, third = 0] = watched.told.map(({ atMs }) => atMs);
    expect(third - second).toBeGreaterThan(second - first);
    expect(store.depth()).toEqual([]);
    await deliverer.stop();
  });

  test('are taken where the answer broke off behind its status', async () => {
    const { write, pass, deliverer } = open();
    slack.answer('half-body');
    write(['a', 'b']);
    await pass(3_000);
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
      const { write, pass, deliverer, store, mail, counts, log } = open();
      slack.answer({ ...refusal, body: `${refusal.body} ${slack.webhookUrl}` });
      write(['a', 'b']);
      await pass(3_000);
      expect(taken()).toEqual(['b']);
      expect(store.givenUp({ limit: 10 })).toMatchObject([{ lane: 'receiver:soc/slack', attempts: 0 }]);
      expect(mail.told.map(({ notification }) => notification)).toMatchObject([
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
