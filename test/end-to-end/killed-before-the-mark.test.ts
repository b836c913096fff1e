import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Channel, channels } from '../../src/notify/receiver.ts';
import type { NewOutboxRow } from '../../src/shared/ports/outbox.ts';
import { openSqliteStore } from '../../src/store/sqlite/open-sqlite-store.ts';
import { AlertmanagerStandIn } from '../support/alertmanager-stand-in.ts';
import type { KilledDelivery } from '../support/deliver-until-killed.ts';
import { numbers } from '../support/delivery-world.ts';
import { HttpStandIn } from '../support/http-stand-in.ts';
import { PagerDutyStandIn } from '../support/pagerduty-stand-in.ts';
import { sampleIncident } from '../support/sample-incident.ts';
import { SlackStandIn } from '../support/slack-stand-in.ts';
import { TestSmtpServer } from '../support/smtp-server.ts';
import { TeamsStandIn } from '../support/teams-stand-in.ts';

const script = fileURLToPath(import.meta.resolve('../support/deliver-until-killed.ts'));

/** What each receiver knows a message by, and what it says. */
interface Taken {
  readonly id: string;
  readonly text: string;
}

interface Receiver {
  readonly server: { stop(): Promise<void> };
  readonly address: string;
  /** In order. */
  taken(): readonly Taken[];
}

const text = (value: unknown): string => String(value ?? '');

/** A receiver, where it is, and what it took. */
const receivers = {
  slack: async () => {
    const server = await SlackStandIn.start();
    const taken = () => server.messages.map(({ message, body }) => ({ id: message.text, text: body }));
    return { server, address: server.webhookUrl, taken };
  },
  teams: async () => {
    const server = await new TeamsStandIn().start();
    const taken = () =>
      server.cards.map((card) => {
        const said = JSON.stringify(card);
        return { id: text(/Incident \w+, version \d+|Digest \w+/.exec(said)), text: said };
      });
    return { server, address: server.webhookUrl, taken };
  },
  email: async () => {
    const server = await TestSmtpServer.start();
    const taken = () => server.mails.map(({ mail }) => ({ id: text(mail.messageId), text: text(mail.text) }));
    return { server, address: String(server.port), taken };
  },
  webhook: async () => {
    const server = await new HttpStandIn().start();
    const taken = () =>
      server.accepted.map(({ headers, body }) => ({ id: text(headers['idempotency-key']), text: body }));
    return { server, address: server.origin, taken };
  },
  pagerduty: async () => {
    const server = await new PagerDutyStandIn().start();
    const taken = () =>
      server.events.map((event) => ({ id: text(event['dedup_key']), text: JSON.stringify(event) }));
    return { server, address: server.url, taken };
  },
  alertmanager: async () => {
    const server = await new AlertmanagerStandIn().start();
    const taken = () =>
      server.alerts.map((alert) => ({ id: JSON.stringify(alert.labels), text: JSON.stringify(alert) }));
    return { server, address: server.origin, taken };
  },
} satisfies Readonly<Record<Channel, () => Promise<Receiver>>>;

const cases = [
  ...channels.map((channel) => ({ channel, kind: 'notification', count: 3, messages: 3 }) as const),
  // Programs are told of each, however many there are.
  { channel: 'webhook', kind: 'notification', count: 31, messages: 31 },
  { channel: 'slack', kind: 'digest', count: 31, messages: 1 },
  { channel: 'teams', kind: 'digest', count: 31, messages: 1 },
  { channel: 'email', kind: 'digest', count: 31, messages: 1 },
  { channel: 'pagerduty', kind: 'digest', count: 31, messages: 1 },
] as const;

describe('a process that is killed after a receiver answered and before the outbox knows', () => {
  const nowMs = Date.UTC(2026, 2, 1, 12);
  let folder: string;
  let receiver: Receiver | undefined;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tocsin-killed-'));
  });
  afterEach(async () => {
    await receiver?.server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const file = (): string => join(folder, 'state.db');

  async function open(channel: Channel): Promise<Receiver> {
    receiver = await receivers[channel]();
    return receiver;
  }

  function write(channel: Channel, count: number, from = 0): void {
    const store = openSqliteStore({ file: file() });
    const outbox = numbers(count).map((written): NewOutboxRow => {
      const number = from + Number(written);
      const incident = sampleIncident({ id: `i${number}`, '@timestamp': new Date(nowMs).toISOString() });
      const notification = { id: `n${number}`, reason: 'opened', incident } as const;
      return { lane: `receiver:soc/${channel}`, payload: { kind: 'notification', notification } };
    });
    store.commit({ positions: [], watermarks: {}, windowDelta: null, incidents: [], outbox }, () => '');
    store.close();
  }

  async function deliver(channel: Channel, dieAt: KilledDelivery['dieAt']): Promise<unknown> {
    const parts: KilledDelivery = { file: file(), channel, address: text(receiver?.address), nowMs, dieAt };
    const child = spawn(process.execPath, [script, JSON.stringify(parts)], { stdio: 'inherit' });
    const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
    return signal ?? code;
  }

  test.each(cases)(
    'sends a $kind of $count again by $channel with the same id, and loses none',
    async (one) => {
      const { channel, kind, count, messages } = one;
      const { taken } = await open(channel);
      write(channel, count);
      expect(await deliver(channel, kind)).toBe('SIGKILL');
      const [first, ...others] = taken();
      expect(others).toEqual([]);
      expect(await deliver(channel, null)).toBe(0);
      const all = taken();
      expect(all[1]).toEqual(first);
      expect(all).toHaveLength(messages + 1);
      expect(new Set(all.map(({ id }) => id)).size).toBe(messages);
      if (kind === 'digest') expect(first?.text).toContain(`${count} more new incidents`);
    },
  );

  test('sends a message again by itself, though by then so many wait that they become a digest', async () => {
    const { taken } = await open('email');
    write('email', 1);
    expect(await deliver('email', 'notification')).toBe('SIGKILL');
    write('email', 30, 1);
    expect(await deliver('email', null)).toBe(0);
    const [first, again, digest, ...others] = taken();
    expect(again).toEqual(first);
    expect(digest?.text).toContain('30 more new incidents');
    expect(others).toEqual([]);
  });
});
