import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ManualClock } from '../../../test/fakes/manual-clock.ts';
import { RecordingLog } from '../../../test/support/recording-log.ts';
import { stormNews } from '../../../test/support/sample-digest.ts';
import { SlackStandIn } from '../../../test/support/slack-stand-in.ts';
import { WatchedNotifier } from '../../../test/support/watched-notifier.ts';
import type { Digest, Message } from '../../shared/model/notification.ts';
import { isDigest } from '../../shared/model/notification.ts';
import { type Severity, severities } from '../../shared/model/severity.ts';
import type { NewOutboxRow } from '../../shared/ports/outbox.ts';
import { Secret } from '../../shared/secret.ts';
import { openSqliteStore } from '../../store/sqlite/open-sqlite-store.ts';
import type { SqliteStore } from '../../store/sqlite/sqlite-store.ts';
import { digestDefaults } from '../digest-pace.ts';
import { Deliverer } from '../outbox/deliver.ts';
import { SlackNotifier } from './slack-notifier.ts';

const incidents = 10_000;
const lane = 'receiver:soc/slack';

// On a clock that stands still while Slack is asked: what is told when is tocsin's doing and not the machine's.

/** How severe what a message stands for is, item by item: the most severe first. */
const severitiesOf = (message: Message): Severity[] =>
  isDigest(message)
    ? message.severities.flatMap(({ severity, count }) => Array.from({ length: count }, () => severity))
    : [message.incident.severity];

const countsOf = (all: readonly Severity[]) =>
  Object.fromEntries(severities.map((one) => [one, all.filter((severity) => severity === one).length]));

/** What a digest says first. No incident stands in two of its items here. */
const firstOf = (digest: Digest): Severity[] => severitiesOf(digest).slice(0, digest.items.length);

describe('a storm of 10,000 incidents in a minute, to a Slack that takes a message a second', () => {
  let folder: string;
  let slack: SlackStandIn;
  let store: SqliteStore;
  const clock = new ManualClock();
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

  const openNotifier = (): WatchedNotifier => {
    const webhookUrl = new Secret(slack.webhookUrl);
    const notifier = new SlackNotifier({ name: 'soc/slack', webhookUrl, clock, timeoutMs: 60_000 });
    return new WatchedNotifier(notifier, clock);
  };

  const openDeliverer = (notifier: WatchedNotifier): Deliverer =>
    new Deliverer({
      outbox: store,
      sink: {
        ensureTopics: async () => undefined,
        publish: async () => ({ kind: 'delivered' }),
        close: async () => undefined,
      },
      notifiers: new Map([[notifier.name, notifier]]),
      digests: new Map([[notifier.name, digestDefaults]]),
      clock,
      log: new RecordingLog(),
      metrics: { count: () => undefined, gauge: () => undefined, observe: () => undefined },
      random: () => 0.5,
    });

  const row = (number: number): NewOutboxRow => {
    const news = stormNews(number);
    const incident = { ...news.incident, '@timestamp': new Date(clock.nowMs()).toISOString() };
    return { lane, payload: { kind: 'notification', notification: { ...news, incident } } };
  };

  test('becomes a few messages that Slack takes, with exact counts, the critical ones first', async () => {
    const notifier = openNotifier();
    const deliverer = openDeliverer(notifier);
    const perSecond = Math.ceil(incidents / 60);
    for (let written = 0; written < incidents; written += perSecond) {
      const outbox = Array.from({ length: Math.min(perSecond, incidents - written) }, (_, at) =>
        row(written + at),
      );
      store.commit({ positions: [], watermarks: {}, windowDelta: null, incidents: [], outbox }, () => '');
      deliverer.wake();
      await clock.pass(1_000);
    }
    const drained = deliverer.drain(900_000);
    await clock.pass(900_000);
    expect(await drained).toEqual({ left: 0 });
    const { told } = notifier;
    const total = told.reduce((sum, message) => sum + (isDigest(message) ? message.total : 1), 0);
    expect(total).toBe(incidents);
    const digests = told.filter(isDigest);
    const alone = told.filter((message) => !isDigest(message));
    // Some before it was known for a storm, and five critical ones ahead of each digest.
    expect(digests.length).toBeLessThanOrEqual(5);
    expect(alone.length).toBeLessThanOrEqual(10 + 5 * (digests.length + 1));
    for (const { items } of digests) expect(items[0]?.incident.severity).toBe('critical');
    for (const digest of digests)
      expect(digest.items.map(({ incident }) => incident.severity)).toEqual(firstOf(digest));
    const written = Array.from({ length: incidents }, (_, number) => stormNews(number).incident.severity);
    expect(countsOf(told.flatMap(severitiesOf))).toEqual(countsOf(written));
    expect(slack.messages).toHaveLength(told.length);
    expect(slack.posts).toHaveLength(told.length);
  });
});
