import { mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { eventually, runTocsin, TocsinProcess } from '../support/tocsin-process.ts';
import { writeAtOnce } from '../support/write-at-once.ts';

const config = {
  bus: { kind: 'embedded', file: 'log.db' },
  state: { file: 'state.db' },
  rules: ['rules'],
  lists: { ours: { file: 'ours.txt' } },
  web: { listen: 'off' },
  // The events are of long ago: no pause between them, however long, may let the wall clock settle their windows.
  sources: [
    { name: 'auth', topics: ['logs.auth'], time: { field: 'time', format: 'iso8601' }, idleAfter: '1d' },
  ],
};

/** Failures of one user, at least `gte` in ten minutes, from addresses that are not ours. */
const failures = (id: string, gte: number, rest: object = {}): object => ({
  id,
  conditions: {
    all: [
      { fact: 'outcome', operator: 'equal', value: 'failure' },
      { fact: 'ip', operator: 'not:inList', value: 'ours' },
    ],
  },
  groupBy: ['user'],
  window: { type: 'event_count', timespan: '10m', condition: { gte } },
  ...rest,
});

let folder: string;
let service: TocsinProcess;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-reload-'));
  mkdirSync(join(folder, 'rules'));
  write('tocsin.json', config);
  write('ours.txt', '10.0.0.1\n');
});
afterEach(async () => {
  await service.end('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

const write = (name: string, content: unknown): void =>
  writeAtOnce(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));

const tocsin = (args: readonly string[], input?: string) =>
  runTocsin(args, { cwd: folder, ...(input === undefined ? {} : { input }) });

let second = 0;
const fail = (count: number, fields: { user: string; ip?: string }): Promise<unknown> => {
  const events = Array.from({ length: count }, () => {
    second += 1;
    const time = new Date(Date.UTC(2026, 2, 1, 10, 0, second)).toISOString();
    return JSON.stringify({ time, outcome: 'failure', ip: '203.0.113.7', ...fields });
  });
  return tocsin(['ingest', '--topic', 'logs.auth'], events.join('\n'));
};

const incidents = async (rule: string): Promise<Record<string, unknown>[]> =>
  (await tocsin(['incidents', 'list', '--json', '--rule', rule])).out
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('the service follows its rule files', () => {
  test('while events flow: a window goes on across the reload, and the edited rule takes effect', async () => {
    write('rules/brute-force.json', failures('brute-force', 10));
    write('rules/edited.json', failures('edited', 100));
    write('rules/six.json', failures('six', 6));
    service = new TocsinProcess(['run'], { cwd: folder });
    await service.says('3 rules loaded');
    await service.up();
    await fail(6, { user: 'jo' });
    await eventually(async () => (await incidents('six')).length > 0);
    write('rules/edited.json', failures('edited', 2, { title: 'Edited, {{ user }}' }));
    renameSync(join(folder, 'rules/brute-force.json'), join(folder, 'rules/renamed.json'));
    await service.says('"changed":"edited"');
    await fail(4, { user: 'jo' });
    await eventually(async () => (await incidents('brute-force')).length > 0);
    expect(await incidents('brute-force')).toMatchObject([{ events: 10, firings: 1 }]);
    expect(await incidents('edited')).toMatchObject([{ events: 4, title: 'Edited, jo' }]);
    write('rules/new.json', failures('new', 1));
    rmSync(join(folder, 'rules/edited.json'));
    // In one reload, as a rule, or in two.
    await service.says('"added":"new"');
    await service.says('"removed":"edited"');
    expect(await incidents('edited')).toMatchObject([{ status: 'resolved' }]);
    await fail(1, { user: 'jo' });
    await eventually(async () => (await incidents('new')).length > 0);
    expect(await service.end('SIGTERM')).toMatchObject({ code: 0 });
  });

  test('a broken edit leaves the rule as it was and says where it is wrong; the list changes without a restart; SIGHUP reads at once', async () => {
    write('rules/failed.json', failures('failed', 1));
    service = new TocsinProcess(['run'], { cwd: folder });
    await service.says('1 rules loaded');
    await service.up();
    write('rules/failed.json', failures('failed', 1, { window: { type: 'event_cuont' } }));
    await service.says(
      /rule not reloaded: .*failed\.json: line 1: \$\.window.*did you mean \\"event_count\\"/,
    );
    write('ours.txt', '10.0.0.1\n203.0.113.9\n');
    await eventually(() => service.err.split('rules reloaded').length > 2);
    await fail(1, { user: 'ours', ip: '203.0.113.9' });
    await fail(1, { user: 'jo' });
    await eventually(async () => (await incidents('failed')).length > 0);
    expect(await incidents('failed')).toMatchObject([{ group: { user: 'jo' } }]);
    expect(service.err.split('rule not reloaded')).toHaveLength(2);
    const reloads = service.err.split('rules reloaded').length;
    service.signal('SIGHUP');
    await eventually(() => service.err.split('rules reloaded').length > reloads);
    expect(service.isRunning).toBe(true);
  });
});
