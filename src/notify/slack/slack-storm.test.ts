import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FastClock } from '../../../test/support/fast-clock.ts';
import { RecordingLog } from '../../../test/support/recording-log.ts';
import { stormNews } from '../../../test/support/sample-digest.ts';
import { SlackStandIn } from '../../../test/support/slack-stand-in.ts';
import type { Message } from '../../shared/model/notification.ts';
import { isDigest } from '../../shared/model/notification.ts';
import type { NewOutboxRow } from '../../shared/ports/outbox.ts';
import { Secret } from '../../shared/secret.ts';
import { openSqliteStore } from '../../store/sqlite/open-sqlite-store.ts';
import type { SqliteStore } from '../../store/sqlite/sqlite-store.ts';
import { digestDefaults } from '../digest-pace.ts';
import { Deliverer } from '../outbox/deliver.ts';
import { SlackNotifier } from './slack-notifier.ts';

const incidents = 10_000;
const lane = 'receiver:soc/slack';

describe('a storm of 10,000 incidents in a minute, to a Slack that takes a message a second', () => {
  let folder: string;
  let slack: SlackStandIn;
  let store: SqliteStore;
  const clock = new FastClock(40);
  const told: Message[] = [];
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tocsin-storm-'));
    slack = await SlackStandIn.start({ nowMs: () => clock.nowMs() });
    store = openSqliteStore({ file: join(folder, 'state.db') });
  });
  afterEach(async () => {
    store.close();
    await slack.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Remembers what Slack took, whole: a post names twenty. */
  function openDeliverer(): Deliverer {
    const notifier = new SlackNotifier({
      name: 'soc/slack',
      webhookUrl: new Secret(slack.webhookUrl),
      clock,
    });
    const remembering = {
      name: notifier.name,
      notify: async (message: Message, signal: AbortSignal) => {
        const delivery = await notifier.notify(message, signal);
        if (delivery.kind === 'delivered') told.push(message);
        return delivery;
      },
      close: () => notifier.close(),
    };
    return new Deliverer({
      outbox: store,
      sink: {
        ensureTopics: async () => undefined,
        publish: async () => ({ kind: 'delivered' }),
        close: async () => undefined,
      },
      notifiers: new Map([[notifier.name, remembering]]),
      digests: new Map([[notifier.name, digestDefaults]]),
      clock,
      log: new RecordingLog(),
      metrics: { count: () => undefined, gauge: () => undefined, observe: () => undefined },
      random: Math.random,
    });
  }

  const row = (number: number): NewOutboxRow => {
    const news = stormNews(number);
    const incident = { ...news.incident, '@timestamp': new Date(clock.nowMs()).toISOString() };
    return { lane, payload: { kind: 'notification', notification: { ...news, incident } } };
  };

  test('becomes a few messages that Slack takes, with exact counts, the critical ones first', {
    timeout: 60_000,
  }, async () => {
    const deliverer = openDeliverer();
    const perSecond = Math.ceil(incidents / 60);
    for (let written = 0; written < incidents; written += perSecond) {
      const outbox = Array.from({ length: Math.min(perSecond, incidents - written) }, (_, at) =>
        row(written + at),
      );
      store.commit({ positions: [], watermarks: {}, windowDelta: null, incidents: [], outbox }, () => '');
      deliverer.wake();
      await clock.sleep(1_000);
    }
    expect(await deliverer.drain(900_000)).toEqual({ left: 0 });
    const total = told.reduce((sum, message) => sum + (isDigest(message) ? message.total : 1), 0);
    expect(total).toBe(incidents);
    const digests = told.filter(isDigest);
    const alone = told.filter((message) => !isDigest(message));
    // Some before it was known for a storm, and five critical ones ahead of each digest.
    expect(digests.length).toBeLessThanOrEqual(5);
    expect(alone.length).toBeLessThanOrEqual(10 + 5 * (digests.length + 1));
    for (const { items } of digests) expect(items[0]?.incident.severity).toBe('critical');
    expect(slack.messages).toHaveLength(told.length);
  });
});
