import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SlackStandIn } from '../support/slack-stand-in.ts';
import { eventually, runTocsin, TocsinProcess } from '../support/tocsin-process.ts';

const rules = join(import.meta.dirname, '..', '..', 'rules');

let folder: string;
let slack: SlackStandIn;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-service-'));
  slack = await SlackStandIn.start();
  const config = {
    bus: { kind: 'embedded', file: 'log.db' },
    state: { file: 'state.db' },
    rules: [rules],
    receivers: { soc: { slack: { webhookUrl: slack.webhookUrl } } },
    routes: { receiver: 'soc' },
    web: { listen: '127.0.0.1:0' },
  };
  writeFileSync(join(folder, 'tocsin.json'), JSON.stringify(config));
});
afterEach(async () => {
  await slack.stop();
  rmSync(folder, { recursive: true, force: true });
});

const tocsin = (args: readonly string[], input?: string) =>
  runTocsin(args, { cwd: folder, ...(input === undefined ? {} : { input }) });

const failedLogins = (from = '203.0.113.7'): string =>
  Array.from(
    { length: 12 },
    (_, index) =>
      `${new Date(Date.now() - 12_000 + index * 1_000).toISOString()} web-1 sshd[4711]: Failed password for root from ${from} port 51022 ssh2`,
  ).join('\n');

describe('the service', () => {
  test('proposes on the remediation topic to deny the address of a brute force, as OpenC2, and tells Slack', async () => {
    const service = new TocsinProcess(['run'], { cwd: folder });
    const tail = new TocsinProcess(['tail', 'remediation', '--json', '--from-beginning'], { cwd: folder });
    await tocsin(['ingest', '--topic', 'logs.auth'], failedLogins());
    await eventually(() => tail.lines.length > 0);
    await eventually(() => slack.messages.length > 0);
    expect(tail.lines[0]).toMatchObject({
      action: 'deny',
      target: { ipv4_net: '203.0.113.7' },
      args: { duration: 3_600_000, response_requested: 'complete' },
    });
    expect(slack.messages[0]?.message.text).toContain('SSH brute force from 203.0.113.7');
    await tail.end('SIGINT');
    expect(await service.end('SIGTERM')).toMatchObject({ code: 0 });
  });

  test('SIGTERM waits for what can be told, and a second one ends the process at once; the next start tells it', async () => {
    slack.answerAlways('hang');
    const service = new TocsinProcess(['run'], { cwd: folder });
    await tocsin(['ingest', '--topic', 'logs.auth'], failedLogins());
    await eventually(() => slack.posts.length > 0);
    // A receiver that hangs keeps nobody from detecting.
    await tocsin(['ingest', '--topic', 'logs.auth'], failedLogins('203.0.113.8'));
    await eventually(async () => (await tocsin(['incidents', 'list'])).out.includes('203.0.113.8'));
    expect(slack.messages).toEqual([]);
    service.signal('SIGTERM');
    await service.says(/draining/);
    expect(service.isRunning).toBe(true);
    expect(await service.end('SIGTERM')).toMatchObject({ code: 3 });
    slack.answerAlways(null);
    const next = new TocsinProcess(['run'], { cwd: folder });
    await eventually(() => slack.messages.length > 0);
    expect(await next.end('SIGTERM')).toMatchObject({ code: 0 });
  });

  test('secrets are in none of its logs', async () => {
    slack.answerAlways({ status: 403, body: 'invalid_token' });
    const service = new TocsinProcess(['run'], { cwd: folder });
    await tocsin(['ingest', '--topic', 'logs.auth'], failedLogins());
    await service.says(/soc\/slack/);
    const { out, err } = await service.end('SIGTERM');
    expect(out + err).not.toContain('/services/T00000000');
  });
});
