import { AlertmanagerNotifier } from '../../src/notify/alertmanager/alertmanager-notifier.ts';
import { WebhookNotifier } from '../../src/notify/http/webhook-notifier.ts';
import { Deliverer } from '../../src/notify/outbox/deliver.ts';
import { PagerDutyNotifier } from '../../src/notify/pagerduty/pagerduty-notifier.ts';
import { type Channel, digestOptions } from '../../src/notify/receiver.ts';
import { SlackNotifier } from '../../src/notify/slack/slack-notifier.ts';
import { SmtpNotifier } from '../../src/notify/smtp/smtp-notifier.ts';
import { TeamsNotifier } from '../../src/notify/teams/teams-notifier.ts';
import type { Notifier } from '../../src/shared/ports/notifier.ts';
import type { Outbox } from '../../src/shared/ports/outbox.ts';
import { Secret } from '../../src/shared/secret.ts';
import { openSqliteStore } from '../../src/store/sqlite/open-sqlite-store.ts';
import { ManualClock } from '../fakes/manual-clock.ts';
import { patientSmtp } from './patient-smtp.ts';
import { RecordingLog } from './recording-log.ts';
import { WatchedNotifier } from './watched-notifier.ts';

// A child process: delivers what stands in the outbox to a real server, on a clock that stands still while it is asked and
// goes on to the next thing to do when it is not. It kills itself once the receiver has answered the first message of that
// kind, before the outbox is told: nothing later of it runs. Without `dieAt` it ends when all is delivered.

export interface KilledDelivery {
  readonly file: string;
  readonly channel: Channel;
  /** Of the channel's server; of mail its port. */
  readonly address: string;
  readonly nowMs: number;
  readonly dieAt: 'notification' | 'digest' | null;
}

const { file, channel, address, nowMs, dieAt } = JSON.parse(process.argv[2] ?? '') as KilledDelivery;
const name = `soc/${channel}`;
const clock = new ManualClock(nowMs);
const log = new RecordingLog();
const metrics = { count: () => undefined, gauge: () => undefined, observe: () => undefined };
const store = openSqliteStore({ file });

const delivered = (ids: readonly number[]): void => {
  const [head] = store.peek(`receiver:${name}`, 1);
  if (head !== undefined && ids.includes(head.id) && head.payload.kind === dieAt)
    process.kill(process.pid, 'SIGKILL');
  store.delivered(ids);
};
const outbox = new Proxy<Outbox>(store, {
  get: (_, name: keyof Outbox) => {
    if (name === 'delivered') return delivered;
    return (store[name] as (...args: unknown[]) => unknown).bind(store);
  },
});

const url = new Secret(address);
const http = { name, clock, timeoutMs: 300_000 };
const openers: Readonly<Record<Channel, () => Notifier>> = {
  slack: () => new SlackNotifier({ ...http, webhookUrl: url }),
  teams: () => new TeamsNotifier({ ...http, webhookUrl: url }),
  pagerduty: () => new PagerDutyNotifier({ ...http, routingKey: new Secret('K'.repeat(32)), url }),
  alertmanager: () => new AlertmanagerNotifier({ ...http, url }),
  webhook: () => new WebhookNotifier({ ...http, url, source: 'urn:tocsin:test' }),
  email: () =>
    new SmtpNotifier({
      name,
      server: { host: '127.0.0.1', port: Number(address), requireTls: false, from: 'tocsin@example.org' },
      to: ['soc@example.org'],
      log,
      limits: patientSmtp,
    }),
};
const notifier = new WatchedNotifier(openers[channel](), clock);
const digests = digestOptions({}, channel);
const deliverer = new Deliverer({
  outbox,
  sink: {
    ensureTopics: async () => undefined,
    publish: async () => ({ kind: 'delivered' }),
    close: async () => undefined,
  },
  notifiers: new Map([[name, notifier]]),
  digests: new Map(digests === undefined ? [] : [[name, digests]]),
  clock,
  log,
  metrics,
  random: () => 0.5,
});
const drained = deliverer.drain(600_000);
await clock.pass(600_000);
const { left } = await drained;
await notifier.close();
store.close();
process.exitCode = left === 0 ? 0 : 1;
