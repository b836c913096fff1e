import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { numbers } from '../../../test/support/delivery-world.ts';
import { firstHanging } from '../../../test/support/first-hanging.ts';
import { HttpStandIn } from '../../../test/support/http-stand-in.ts';
import { patientSmtp } from '../../../test/support/patient-smtp.ts';
import { RecordingLog } from '../../../test/support/recording-log.ts';
import { sampleIncident } from '../../../test/support/sample-incident.ts';
import { SlackStandIn } from '../../../test/support/slack-stand-in.ts';
import { TestSmtpServer } from '../../../test/support/smtp-server.ts';
import { SystemClock } from '../../runtime/system-clock.ts';
import type { OutgoingRecord } from '../../shared/model/log-record.ts';
import type { NewOutboxRow } from '../../shared/ports/outbox.ts';
import { Secret } from '../../shared/secret.ts';
import { openSqliteStore } from '../../store/sqlite/open-sqlite-store.ts';
import { WebhookNotifier } from '../http/webhook-notifier.ts';
import { planRecords } from '../plan-records.ts';
import { SlackNotifier } from '../slack/slack-notifier.ts';
import { SmtpNotifier } from '../smtp/smtp-notifier.ts';
import { Deliverer } from './deliver.ts';

const lanes = ['receiver:soc/slack', 'receiver:soc/email', 'receiver:soar/webhook'];
const wallClock = new SystemClock();
/** Of one message, milliseconds. */
const timeoutMs = 300_000;

/** What one transaction writes for a new incident: a record, and a message to each receiver. */
function rowsOf(id: string): NewOutboxRow[] {
  const incident = sampleIncident({ id });
  const messages = lanes.map(
    (lane): NewOutboxRow => ({
      lane,
      payload: {
        kind: 'notification',
        notification: { id: `${lane.replace(/\W/g, '-')}-${id}`, reason: 'opened', incident },
      },
    }),
  );
  const plan = { topic: 'tocsin.incidents', source: 'urn:tocsin:test' };
  return [...planRecords([{ kind: 'opened', incident }], plan), ...messages];
}

describe('delivery from a real outbox to real servers', () => {
  let folder: string;
  let slack: SlackStandIn;
  let mail: TestSmtpServer;
  let soar: HttpStandIn;
  /** Takes whatever it is sent, and never answers. */
  let silent: HttpStandIn;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tocsin-delivery-'));
    slack = await SlackStandIn.start();
    mail = await TestSmtpServer.start();
    soar = await new HttpStandIn().start();
    silent = await new HttpStandIn(() => 'hang').start();
  });
  afterEach(async () => {
    await Promise.all([slack.stop(), mail.stop(), soar.stop(), silent.stop()]);
    rmSync(folder, { recursive: true });
  });

  /**
   * The time limits are far above what a busy machine needs: a message that was taken but not waited for comes twice. To
   * the first `hangs` messages the webhook gives no answer.
   */
  function open({ hangs = 0 } = {}) {
    const store = openSqliteStore({ file: join(folder, 'state.db') });
    const log = new RecordingLog();
    const published: OutgoingRecord[] = [];
    const webhookOf = (server: HttpStandIn, limitMs: number): WebhookNotifier =>
      new WebhookNotifier({
        name: 'soar/webhook',
        url: new Secret(`${server.origin}/k3y`),
        headers: { authorization: new Secret('Bearer t0k3n') },
        source: 'urn:tocsin:test',
        clock: wallClock,
        timeoutMs: limitMs,
      });
    const notifiers = [
      new SlackNotifier({
        name: 'soc/slack',
        webhookUrl: new Secret(slack.webhookUrl),
        clock: wallClock,
        timeoutMs,
      }),
      new SmtpNotifier({
        name: 'soc/email',
        server: { host: '127.0.0.1', port: mail.port, requireTls: false, from: 'tocsin@example.org' },
        to: ['soc@example.org'],
        log,
        limits: patientSmtp,
      }),
      firstHanging(hangs, { hanging: webhookOf(silent, 100), answering: webhookOf(soar, timeoutMs) }),
    ];
    const deliverer = new Deliverer({
      outbox: store,
      sink: {
        ensureTopics: async () => undefined,
        publish: async (records) => {
          published.push(...records);
          return { kind: 'delivered' };
        },
        close: async () => undefined,
      },
      notifiers: new Map(notifiers.map((notifier) => [notifier.name, notifier])),
      rates: new Map(notifiers.map(({ name }) => [name, 1_000])),
      clock: wallClock,
      log,
      metrics: { count: () => undefined, gauge: () => undefined, observe: () => undefined },
      random: Math.random,
      // So often a receiver that is away is asked here within seconds; it is minutes with the real pauses.
      limits: { receiverBackOff: { baseMs: 20, capMs: 100, afterCapMs: 60_000 }, asideAfter: 1_000 },
    });
    const write = (ids: readonly string[]): void => {
      const outbox = ids.flatMap(rowsOf);
      store.commit({ positions: [], watermarks: {}, windowDelta: null, incidents: [], outbox }, () => '');
      deliverer.wake();
    };
    const close = async (): Promise<void> => {
      await deliverer.stop();
      for (const notifier of notifiers) await notifier.close();
      store.close();
    };
    return { deliverer, store, log, published, write, close };
  }

  const told = () => ({
    slack: slack.messages.map(({ message }) => /\(incident (\w+)\)$/.exec(message.text)?.[1]),
    email: mail.mails.map((received) => received.header('x-tocsin-incident')),
    webhook: soar.accepted.map(({ body }) => (JSON.parse(body) as { id: string }).id),
  });
  const everybody = (ids: readonly string[]) => ({ slack: ids, email: ids, webhook: ids });

  test('tells everybody of everything once, in order', async () => {
    const { deliverer, published, write, store, close } = open();
    for (const id of numbers(30)) write([id]);
    expect(await deliverer.drain(timeoutMs)).toEqual({ left: 0 });
    expect(told()).toEqual(everybody(numbers(30)));
    expect(published.map(({ key }) => Buffer.from(key ?? []).toString())).toEqual(numbers(30));
    expect(store.depth()).toEqual([]);
    await close();
  });

  test('waits for receivers that are away, overloaded or silent, then tells them everything in order', async () => {
    const { deliverer, write, close, log } = open({ hangs: 3 });
    await slack.stop();
    mail.refuse(...numbers(3).map(() => ({ at: 'data', code: 451, message: 'greylisted' }) as const));
    write(numbers(5));
    const isWaiting = (lane: string): boolean =>
      log.lines.some(({ level, fields }) => level === 'warn' && fields['lane'] === lane);
    while (!lanes.every(isWaiting)) await wallClock.sleep(20);
    slack.rateLimit(1);
    const startedMs = wallClock.nowMs();
    await slack.start();
    while (slack.messages.length < 5 || soar.accepted.length < 5 || mail.mails.length < 5)
      await wallClock.sleep(20);
    expect(told()).toEqual(everybody(numbers(5)));
    expect(wallClock.nowMs() - startedMs).toBeGreaterThanOrEqual(1_000);
    expect(await deliverer.drain(timeoutMs)).toEqual({ left: 0 });
    await close();
    const said = JSON.stringify(log.lines);
    for (const secret of ['t0k3n', 'k3y', '/services/', 'XXXXXXXX']) expect(said).not.toContain(secret);
  });

  test('goes on after a restart with what was left', async () => {
    soar.answerAlways({ status: 503 });
    const first = open();
    first.write(numbers(3));
    const isStuck = ({ lane, waiting }: { lane: string; waiting: number }): boolean =>
      lane === 'receiver:soar/webhook' || waiting === 0;
    while (!first.store.depth().every(isStuck)) await wallClock.sleep(20);
    expect(await first.deliverer.drain(500)).toEqual({ left: 3 });
    await first.close();
    soar.answerAlways(null);
    const second = open();
    second.deliverer.wake();
    while (soar.accepted.length < 3) await wallClock.sleep(20);
    expect(await second.deliverer.drain(timeoutMs)).toEqual({ left: 0 });
    expect(told()).toEqual(everybody(numbers(3)));
    await second.close();
  });
});
