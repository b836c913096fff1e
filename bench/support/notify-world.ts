import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openNotifiers } from '../../src/app/open-notifiers.ts';
import { openTelling } from '../../src/app/open-telling.ts';
import { wirePipeline } from '../../src/app/wire-pipeline.ts';
import { loadConfig } from '../../src/config/config.ts';
import { LiveRules } from '../../src/live-rules/live-rules.ts';
import { Deliverer } from '../../src/notify/outbox/deliver.ts';
import { SystemClock } from '../../src/runtime/system-clock.ts';
import type { LogRecord } from '../../src/shared/model/log-record.ts';
import type { Log } from '../../src/shared/ports/log.ts';
import type { Notifier } from '../../src/shared/ports/notifier.ts';
import type { RecordBatch } from '../../src/shared/ports/record-source.ts';
import { openSqliteStore } from '../../src/store/sqlite/open-sqlite-store.ts';

/** Where records of the benches come from. */
const topic = 'logs.bench';

const rule = {
  id: 'bench-login',
  title: 'Login of {{ user.name }} from {{ source.ip }}',
  severity: 'high',
  conditions: { all: [{ fact: 'event.outcome', operator: 'equal', value: 'failure' }] },
  groupBy: ['user.name', 'source.ip'],
  tags: ['attack.credential_access', 'attack.t1110'],
  runbook: 'Check for a success from the same address.',
  dedup: '1h',
};

const silent: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const metrics = { count: () => {}, gauge: () => {}, observe: () => {} };
const clock = new SystemClock();

/** Who is told: `one` receiver by Slack, or a `team`: chat and mail for all, a program besides, and on call for what is critical. */
export type Audience = 'one' | 'team';

const teamRoutes = {
  receiver: 'soc',
  routes: [
    { receiver: 'soar', continue: true },
    { receiver: 'oncall', match: { minSeverity: 'critical' }, continue: true },
    { receiver: 'soc', match: { tags: 'attack.*' } },
  ],
};

/** The event of that number, some 500 bytes: each opens an incident of its own. */
export function eventOf(number: number, time = new Date()): string {
  return JSON.stringify({
    '@timestamp': time.toISOString(),
    event: { action: 'ssh_login', outcome: 'failure', category: 'authentication', dataset: 'sshd' },
    user: { name: `user-${number}`, domain: 'corp.example.org' },
    source: { ip: `203.0.${(number >> 8) % 256}.${number % 256}`, port: 40_000 + (number % 20_000) },
    host: { hostname: `host-${number % 100}`, os: { family: 'linux' } },
    process: { name: 'sshd', pid: 4_000 + (number % 1_000) },
    message: `Failed password for invalid user user-${number} from 203.0.113.7 port 40000 ssh2`,
  });
}

/** Records of one partition as the pipeline takes them. */
export function batchOf(values: readonly string[], from: number): RecordBatch {
  const records = values.map(
    (value, index): LogRecord => ({
      topic,
      partition: 0,
      offset: from + index,
      key: null,
      value: Buffer.from(value),
      headers: [],
      timestampMs: Date.now(),
    }),
  );
  return { topic, partition: 0, records, nextOffset: from + values.length, endOffset: from + values.length };
}

export interface NotifyWorldOptions {
  /** Of Slack's and the webhook's stand-in. */
  readonly address: string;
  readonly audience: Audience;
  /** Told of each message before it goes out. */
  readonly onNotify?: () => void;
}

/** The real store and what delivers, over the state in that folder. */
export async function openDelivery(folder: string, { address, audience, onNotify }: NotifyWorldOptions) {
  const config = configIn(folder, { address, audience });
  const store = openSqliteStore({ file: config.state.file });
  const opened = openNotifiers(config, { log: silent, clock, metrics, ruleOf: () => undefined });
  const watched = [...opened.notifiers].map(
    ([name, notifier]) => [name, watching(notifier, onNotify)] as const,
  );
  const deliverer = new Deliverer({
    ...opened,
    notifiers: new Map(watched),
    outbox: store,
    sink: {
      ensureTopics: async () => undefined,
      publish: async () => ({ kind: 'delivered' }),
      close: async () => undefined,
    },
    clock,
    log: silent,
    metrics,
    random: Math.random,
  });
  const close = async (): Promise<void> => {
    await deliverer.stop();
    await Promise.all(watched.map(([, notifier]) => notifier.close()));
    store.close();
  };
  return { config, store, deliverer, close };
}

/** The service but for its bus: rules, windows, incidents, routes, the real store, and what delivers. */
export async function openNotifyWorld(folder: string, options: NotifyWorldOptions) {
  const delivery = await openDelivery(folder, options);
  const { config, store, deliverer } = delivery;
  const events = { onError: () => {}, onMissingGroup: () => {} };
  const rules = await LiveRules.load({ config, clock, log: silent, metrics, events });
  const { pipeline } = wirePipeline(
    { config, log: silent, clock, metrics, store, fail: (error) => Promise.reject(error) },
    {
      telling: openTelling(config),
      rules: rules.now,
      committed: ({ hasOutbox }) => {
        if (hasOutbox) deliverer.wake();
      },
    },
  );
  return { ...delivery, pipeline };
}

const watching = (notifier: Notifier, onNotify: () => void = () => {}): Notifier => ({
  name: notifier.name,
  notify: (message, signal) => {
    onNotify();
    return notifier.notify(message, signal);
  },
  close: () => notifier.close(),
});

function configIn(folder: string, { address, audience }: { address: string; audience: Audience }) {
  writeFileSync(join(folder, 'rules.json'), JSON.stringify([rule]));
  const file = join(folder, 'tocsin.json');
  const written = {
    sources: [
      { name: 'bench', topics: [topic], format: 'json', time: { field: '@timestamp', format: 'iso8601' } },
    ],
    rules: ['rules.json'],
    receivers: {
      chat: { slack: { webhookUrl: `${address}/chat` } },
      soc: { slack: { webhookUrl: `${address}/slack` }, email: { to: ['soc@example.org'] } },
      soar: { webhook: { url: `${address}/hook` } },
      oncall: { email: { to: ['oncall@example.org'] } },
    },
    routes: audience === 'one' ? { receiver: 'chat' } : teamRoutes,
    // Nobody listens there: mail waits in the outbox.
    smtp: { host: '127.0.0.1', port: 9 },
    state: { file: 'state.db' },
  };
  writeFileSync(file, JSON.stringify(written));
  const loaded = loadConfig({ file, env: {}, cwd: folder });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.failure));
  return loaded.value;
}

/** Works in a folder of its own, which is gone afterwards. */
export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-bench-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
