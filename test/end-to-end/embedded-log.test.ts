import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSqliteStore } from '../../src/store/sqlite/open-sqlite-store.ts';
import { eventually, jsonLines, runTocsin, TocsinProcess } from '../support/tocsin-process.ts';

const rule = {
  id: 'three-failures',
  title: 'Failures of {{ user }}',
  conditions: { all: [{ fact: 'outcome', operator: 'equal', value: 'failure' }] },
  groupBy: ['user'],
  window: { type: 'event_count', timespan: '1m', condition: { gte: 3 } },
};

const config = {
  bus: { kind: 'embedded', file: 'log.db' },
  state: { file: 'state.db' },
  rules: ['rule.json'],
  web: { listen: 'off' },
  // The events are of long ago: no pause between them, however long, may let the wall clock settle their windows.
  sources: [
    { name: 'auth', topics: ['logs.auth'], time: { field: 'time', format: 'iso8601' }, idleAfter: '1d' },
  ],
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-embedded-'));
  writeFileSync(join(folder, 'rule.json'), JSON.stringify(rule));
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const event = (second: number): string =>
  JSON.stringify({ time: `2026-03-01T10:00:${second}.000Z`, outcome: 'failure', user: 'jo' });

function recordsWorkedOn(): number | undefined {
  const store = openSqliteStore({ file: join(folder, 'state.db'), readOnly: true });
  try {
    return store.load().positions[0]?.nextOffset;
  } finally {
    store.close();
  }
}

const tocsin = (args: readonly string[], input?: string) =>
  runTocsin(args, { cwd: folder, ...(input === undefined ? {} : { input }) });

describe('the service on the embedded log', () => {
  test('what another process ingests becomes an incident that other processes list, show and tail; it outlives a kill', async () => {
    const first = new TocsinProcess(['run', '--config', 'config.json'], { cwd: folder });
    const tail = new TocsinProcess(
      ['tail', 'incidents', '--json', '--from-beginning', '--config', 'config.json'],
      { cwd: folder },
    );
    await first.up();
    const two = [event(10), event(20)].join('\n');
    expect(await tocsin(['ingest', '--topic', 'logs.auth', '--config', 'config.json'], two)).toMatchObject({
      code: 0,
      err: '2 records put on logs.auth\n',
    });
    // Two failures are in the window when the process is killed; the third comes after the next start.
    await eventually(() => recordsWorkedOn() === 2);
    await first.end('SIGKILL');
    await tocsin(['ingest', '--topic', 'logs.auth', '--config', 'config.json'], event(40));
    const second = new TocsinProcess(['run', '--config', 'config.json'], { cwd: folder });
    const list = async () =>
      jsonLines((await tocsin(['incidents', 'list', '--json', '--config', 'config.json'])).out);
    await eventually(async () => (await list()).length > 0);
    const [incident] = await list();
    expect(incident).toMatchObject({ events: 3, firings: 1, group: { user: 'jo' }, version: 1 });
    expect(
      (await tocsin(['incidents', 'show', String(incident?.['id']).slice(0, 8), '--config', 'config.json']))
        .out,
    ).toContain('Failures of jo');
    // A backtest reads what the topic holds, beside the service.
    const backtest = await tocsin(['replay', '--topic', 'logs.auth', '--firings', '--config', 'config.json']);
    expect(jsonLines(backtest.out), backtest.err).toMatchObject([
      { rule: 'three-failures', topic: 'logs.auth', partition: 0, offset: 2, value: 3 },
    ]);
    await tail.says('Failures of jo');
    await tail.end('SIGINT');
    expect(await second.end('SIGTERM')).toMatchObject({ code: 0 });
  });

  test('a second service on the same state is refused with code 3, and the first goes on', async () => {
    const first = new TocsinProcess(['run', '--config', 'config.json'], { cwd: folder });
    await first.up();
    const { code, err } = await tocsin(['run', '--config', 'config.json']);
    expect(code).toBe(3);
    expect(err).toMatch(/state\.db/);
    expect(first.isRunning).toBe(true);
    expect(await first.end('SIGTERM')).toMatchObject({ code: 0 });
  });

  test('`start` plays the sample attacks, and shows the incidents that the sample rules open', async () => {
    const rules = join(import.meta.dirname, '..', '..', 'rules');
    const start = {
      bus: { kind: 'embedded', file: 'start-log.db' },
      state: { file: 'start.db' },
      rules: [rules],
      web: { listen: '127.0.0.1:0' },
    };
    writeFileSync(join(folder, 'start.json'), JSON.stringify(start));
    const show = new TocsinProcess(['start', '--config', 'start.json'], { cwd: folder });
    await show.says('SSH brute force from 203.0.113.7');
    await show.says('SSH login as root on web-1');
    expect(await show.end('SIGINT')).toMatchObject({ code: 0 });
  });
});
