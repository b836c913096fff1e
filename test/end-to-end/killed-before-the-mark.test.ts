import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { NewOutboxRow } from '../../src/shared/ports/outbox.ts';
import { openSqliteStore } from '../../src/store/sqlite/open-sqlite-store.ts';
import type { KilledDelivery } from '../support/deliver-until-killed.ts';
import { numbers } from '../support/delivery-world.ts';
import { HttpStandIn } from '../support/http-stand-in.ts';
import { sampleIncident } from '../support/sample-incident.ts';
import { SlackStandIn } from '../support/slack-stand-in.ts';
import { TestSmtpServer } from '../support/smtp-server.ts';

const script = fileURLToPath(import.meta.resolve('../support/deliver-until-killed.ts'));

/** What each receiver knows a message by, and what it says. */
interface Taken {
  readonly id: string;
  readonly text: string;
}

describe('a process that is killed after a receiver answered and before the outbox knows', {
  timeout: 120_000,
}, () => {
  let folder: string;
  let slack: SlackStandIn;
  let mail: TestSmtpServer;
  let soar: HttpStandIn;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tocsin-killed-'));
    slack = await SlackStandIn.start();
    mail = await TestSmtpServer.start();
    soar = await new HttpStandIn().start();
  });
  afterEach(async () => {
    await Promise.all([slack.stop(), mail.stop(), soar.stop()]);
    rmSync(folder, { recursive: true, force: true });
  });

  const file = (): string => join(folder, 'state.db');

  function write(lane: string, count: number, from = 0): void {
    const store = openSqliteStore({ file: file() });
    const now = new Date().toISOString();
    const outbox = numbers(count).map((written): NewOutboxRow => {
      const number = from + Number(written);
      const incident = sampleIncident({ id: `i${number}`, '@timestamp': now });
      return {
        lane,
        payload: { kind: 'notification', notification: { id: `n${number}`, reason: 'opened', incident } },
      };
    });
    store.commit({ positions: [], watermarks: {}, windowDelta: null, incidents: [], outbox }, () => '');
    store.close();
  }

  async function deliver(die: KilledDelivery['die']): Promise<unknown> {
    const parts: KilledDelivery = {
      file: file(),
      slackUrl: slack.webhookUrl,
      smtpPort: mail.port,
      webhookUrl: soar.origin,
      die,
    };
    const child = spawn(process.execPath, [script, JSON.stringify(parts)], { stdio: 'inherit' });
    const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
    return signal ?? code;
  }

  const takenBy: Readonly<Record<string, () => Taken[]>> = {
    'receiver:soc/slack': () => slack.messages.map(({ message, body }) => ({ id: message.text, text: body })),
    'receiver:soc/email': () =>
      mail.mails.map(({ mail: parsed }) => ({ id: parsed.messageId ?? '', text: parsed.text ?? '' })),
    'receiver:soar/webhook': () =>
      soar.accepted.map(({ headers, body }) => ({ id: String(headers['idempotency-key']), text: body })),
  };

  test.each([
    { lane: 'receiver:soc/slack', kind: 'notification', count: 3, messages: 3 },
    { lane: 'receiver:soc/email', kind: 'notification', count: 3, messages: 3 },
    { lane: 'receiver:soar/webhook', kind: 'notification', count: 31, messages: 31 },
    { lane: 'receiver:soc/slack', kind: 'digest', count: 31, messages: 1 },
    { lane: 'receiver:soc/email', kind: 'digest', count: 31, messages: 1 },
  ] as const)('sends that $kind again to $lane with the same id, and loses none', async (parts) => {
    const { lane, kind, count, messages } = parts;
    write(lane, count);
    expect(await deliver({ lane, kind })).toBe('SIGKILL');
    const taken = (): Taken[] => takenBy[lane]?.() ?? [];
    const [first, ...others] = taken();
    expect(others).toEqual([]);
    expect(await deliver(null)).toBe(0);
    const all = taken();
    expect(all[1]).toEqual(first);
    expect(all).toHaveLength(messages + 1);
    expect(new Set(all.map(({ id }) => id)).size).toBe(messages);
    if (kind === 'digest') expect(first?.text).toContain(`${count} more new incidents`);
  });

  test('sends a message again by itself, though by then so many wait that they become a digest', async () => {
    const lane = 'receiver:soc/email';
    write(lane, 1);
    expect(await deliver({ lane, kind: 'notification' })).toBe('SIGKILL');
    write(lane, 30, 1);
    expect(await deliver(null)).toBe(0);
    const [first, again, digest, ...others] = takenBy[lane]?.() ?? [];
    expect(again).toEqual(first);
    expect(digest?.text).toContain('30 more new incidents');
    expect(others).toEqual([]);
  });
});
