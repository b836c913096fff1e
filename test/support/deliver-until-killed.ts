import { digestDefaults } from '../../src/notify/digest-pace.ts';
import { WebhookNotifier } from '../../src/notify/http/webhook-notifier.ts';
import { Deliverer } from '../../src/notify/outbox/deliver.ts';
import { SlackNotifier } from '../../src/notify/slack/slack-notifier.ts';
import { SmtpNotifier } from '../../src/notify/smtp/smtp-notifier.ts';
import type { Outbox } from '../../src/shared/ports/outbox.ts';
import { Secret } from '../../src/shared/secret.ts';
import { openSqliteStore } from '../../src/store/sqlite/open-sqlite-store.ts';
import { FastClock } from './fast-clock.ts';
import { RecordingLog } from './recording-log.ts';

// A child process: delivers what stands in the outbox to real servers, time twenty times as fast. It kills itself once
// the receiver has answered the first message of that kind in that lane, before the outbox is told: nothing later of it
// runs. Without `die` it ends when all is delivered.

export interface KilledDelivery {
  readonly file: string;
  readonly slackUrl: string;
  readonly smtpPort: number;
  readonly webhookUrl: string;
  readonly die: { readonly lane: string; readonly kind: 'notification' | 'digest' } | null;
}

const { file, slackUrl, smtpPort, webhookUrl, die } = JSON.parse(process.argv[2] ?? '') as KilledDelivery;
const clock = new FastClock(20);
const log = new RecordingLog();
const metrics = { count: () => undefined, gauge: () => undefined, observe: () => undefined };
const store = openSqliteStore({ file });

const delivered = (ids: readonly number[]): void => {
  const [head] = die === null ? [] : store.peek(die.lane, 1);
  if (head !== undefined && ids.includes(head.id) && head.payload.kind === die?.kind)
    process.kill(process.pid, 'SIGKILL');
  store.delivered(ids);
};
const outbox = new Proxy<Outbox>(store, {
  get: (_, name: keyof Outbox) => {
    if (name === 'delivered') return delivered;
    return (store[name] as (...args: unknown[]) => unknown).bind(store);
  },
});

const notifiers = [
  new SlackNotifier({ name: 'soc/slack', webhookUrl: new Secret(slackUrl), clock, timeoutMs: 30_000 }),
  new SmtpNotifier({
    name: 'soc/email',
    server: { host: '127.0.0.1', port: smtpPort, requireTls: false, from: 'tocsin@example.org' },
    to: ['soc@example.org'],
    log,
  }),
  new WebhookNotifier({
    name: 'soar/webhook',
    url: new Secret(webhookUrl),
    source: 'urn:tocsin:test',
    clock,
    timeoutMs: 30_000,
  }),
];
const deliverer = new Deliverer({
  outbox,
  sink: {
    ensureTopics: async () => undefined,
    publish: async () => ({ kind: 'delivered' }),
    close: async () => undefined,
  },
  notifiers: new Map(notifiers.map((notifier) => [notifier.name, notifier])),
  digests: new Map(['soc/slack', 'soc/email'].map((name) => [name, digestDefaults])),
  clock,
  log,
  metrics,
  random: Math.random,
});
const { left } = await deliverer.drain(600_000);
await Promise.all(notifiers.map((notifier) => notifier.close()));
store.close();
process.exitCode = left === 0 ? 0 : 1;
