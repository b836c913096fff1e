import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { TestSmtpServer } from '../support/smtp-server.ts';
import { eventually, runTocsin, TocsinProcess } from '../support/tocsin-process.ts';

const rule = {
  id: 'door-opened',
  title: 'Door {{ door }} opened',
  conditions: { all: [{ fact: 'state', operator: 'equal', value: 'open' }] },
  groupBy: ['door'],
};

let folder: string;
let mail: TestSmtpServer;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-past-'));
  mail = await TestSmtpServer.start();
  writeFileSync(join(folder, 'rule.json'), JSON.stringify(rule));
  const config = {
    bus: { kind: 'embedded', file: 'log.db' },
    state: { file: 'state.db' },
    rules: ['rule.json'],
    sources: [{ name: 'doors', topics: ['doors'], time: { field: 'time', format: 'iso8601' } }],
    receivers: { soc: { email: { to: ['soc@example.org'] } } },
    routes: { receiver: 'soc' },
    smtp: { host: '127.0.0.1', port: mail.port, requireTls: false, from: 'tocsin@example.org' },
    web: { listen: 'off' },
  };
  writeFileSync(join(folder, 'tocsin.json'), JSON.stringify(config));
});
afterEach(async () => {
  await mail.stop();
  rmSync(folder, { recursive: true, force: true });
});

function open(doors: readonly string[], atMs: number): Promise<unknown> {
  const time = new Date(atMs).toISOString();
  const events = doors.map((door) => JSON.stringify({ time, door, state: 'open' }));
  return runTocsin(['ingest', '--topic', 'doors'], { cwd: folder, input: `${events.join('\n')}\n` });
}

/** How many incidents a mail tells of; how many mails there are depends on how long the service takes to read it all. */
const told = (): number[] =>
  mail.mails.map((one) =>
    one.header('x-tocsin-digest') === undefined ? 1 : Number(one.header('x-tocsin-count')),
  );
const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);

test('what happened while tocsin was not there is told in a digest and not in 200 mails, and nothing twice', async () => {
  const doors = Array.from({ length: 200 }, (_, number) => `d${number}`);
  await open(doors, Date.now() - 3 * 3_600_000);
  const service = new TocsinProcess(['run'], { cwd: folder });
  try {
    await service.up();
    await open(['front'], Date.now());
    await eventually(() => sum(told()) >= 201);
    expect(sum(told())).toBe(201);
    expect(mail.mails.length).toBeLessThan(20);
    expect(Math.max(...told())).toBeGreaterThan(10);
  } finally {
    await service.end();
  }
});
