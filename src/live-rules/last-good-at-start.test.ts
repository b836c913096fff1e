import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { configOf } from '../../test/support/load-config.ts';
import { RecordingLog } from '../../test/support/recording-log.ts';
import { MetricsRegistry } from '../runtime/metrics-registry.ts';
import { SystemClock } from '../runtime/system-clock.ts';
import type { LogEvent } from '../shared/model/log-event.ts';
import { LiveRules } from './live-rules.ts';

let folder: string;
let rules: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-restart-'));
  rules = join(folder, 'rules');
  mkdirSync(rules);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, content: unknown): void =>
  writeFileSync(join(rules, name), typeof content === 'string' ? content : JSON.stringify(content));

const rule = (id: string, value: unknown, rest: object = {}): object => ({
  id,
  conditions: { all: [{ fact: 'x', operator: 'equal', value }] },
  ...rest,
});

const sigmaRule = (image: string): string =>
  `title: Shell\nid: shell\nlogsource: { category: process_creation }\ndetection:\n  a: { Image: ${image} }\n  condition: a\n`;

const filter = (condition: string): string =>
  `title: Not ours\nlogsource: { category: process_creation }\nfilter:\n  rules: [shell]\n  ours: { User: svc }\n  condition: ${condition}\n`;

const eventOf = (fields: LogEvent['fields']): LogEvent => ({
  fields,
  timeMs: 0,
  timeOrigin: 'field',
  source: 'test',
  position: { topic: 'logs.test', partition: 0, offset: 0, index: 0 },
  weight: 1,
});

/** A process that starts over the files as they are: what it says, which rules run, and which match. */
async function start() {
  const log = new RecordingLog();
  const config = configOf({
    rules: [rules],
    sources: [{ name: 'test', topics: ['logs.test'] }],
    state: { file: join(folder, 'state.db') },
  });
  const live = await LiveRules.load({
    config,
    log,
    metrics: new MetricsRegistry(),
    clock: new SystemClock(),
    events: {},
  });
  live.stop();
  return {
    said: log.lines.map(({ message }) => message.replaceAll(`${folder}/`, '')),
    ids: live.now.compiled.rules.map(({ id }) => id),
    kept: live.now.kept.map(({ rule: { id } }) => id),
    matching: (fields: LogEvent['fields']) =>
      live.now.compiled.matcher.match(eventOf(fields)).map(({ ruleId }) => ruleId),
  };
}

describe('a rule that is faulty when the service starts', () => {
  test('runs as it did before, which is said with its hash, and again at each start until it is mended', async () => {
    write('a.json', [rule('a', 1), rule('b', 1)]);
    await start();
    write('a.json', [rule('a', 2, { severty: 'high' }), rule('b', 2)]);
    for (let times = 0; times < 2; times += 1) {
      const { said, kept, matching } = await start();
      expect([matching({ x: 1 }), matching({ x: 2 }), kept]).toEqual([['a'], ['b'], ['a']]);
      expect(said[0]).toMatch(
        /^rule not loaded: rules\/a\.json: line 1: \$\[0\]\.severty: unknown member .*; the last good version of a \(hash [\da-f]{16}\) runs, as it did before this start$/,
      );
    }
    write('a.json', [rule('a', 2), rule('b', 2)]);
    const mended = await start();
    expect([mended.matching({ x: 2 }), mended.kept]).toEqual([['a', 'b'], []]);
  });

  test('may be from another version of its file than its neighbours', async () => {
    write('a.json', [rule('a', 1), rule('b', 1), rule('c', 1)]);
    await start();
    write('a.json', [rule('a', 2, { x: 1 }), rule('b', 2), rule('c', 2)]);
    await start();
    write('a.json', [rule('a', 3, { x: 1 }), rule('b', 3, { x: 1 }), rule('c', 3)]);
    const { matching, kept } = await start();
    expect([1, 2, 3].map((x) => matching({ x }))).toEqual([['a'], ['b'], ['c']]);
    expect(kept.toSorted()).toEqual(['a', 'b']);
    write('a.json', '[{');
    const broken = await start();
    expect([1, 2, 3].map((x) => broken.matching({ x }))).toEqual([['a'], ['b'], ['c']]);
  });

  test('is gone where it was removed, or its file was', async () => {
    write('a.json', [rule('a', 1), rule('b', 1)]);
    write('c.json', rule('c', 1));
    await start();
    write('a.json', [rule('b', 2, { x: 1 })]);
    rmSync(join(rules, 'c.json'));
    expect((await start()).ids).toEqual(['b']);
  });

  test('stays where its folder is suddenly empty', async () => {
    write('a.json', rule('a', 1));
    write('shell.yml', sigmaRule('/bin/sh'));
    await start();
    rmSync(join(rules, 'a.json'));
    rmSync(join(rules, 'shell.yml'));
    const { ids, said } = await start();
    expect(ids).toEqual(['a', 'shell']);
    expect(said[0]).toMatch(/there is no rule file in this folder; the last good version of a .*, shell /);
  });

  test('is not known where it never ran', async () => {
    write('a.json', rule('a', 1, { x: 1 }));
    write('b.json', rule('b', 1));
    await start();
    expect((await start()).ids).toEqual(['b']);
  });

  test('in Sigma stays, with its filter, and with the rules that name it', async () => {
    write('shell.yml', sigmaRule('/bin/sh'));
    write('filter.yml', filter('not ours'));
    write('over.json', { id: 'over', window: { type: 'temporal', rules: ['shell'], timespan: '5m' } });
    await start();
    write('shell.yml', sigmaRule('/bin/dash').replace('condition: a', 'condition: b'));
    write('filter.yml', filter('not our'));
    const { ids, matching } = await start();
    expect(ids.toSorted()).toEqual(['over', 'shell']);
    const matched = ['jo', 'svc'].map((User) => matching({ Image: '/bin/sh', User }));
    expect(matched).toEqual([['shell', 'over'], []]);
  });

  test('is not loaded where what is kept of it is damaged, which is said', async () => {
    write('a.json', rule('a', 1));
    write('b.json', rule('b', 1));
    await start();
    const file = join(folder, 'state.db.good-rules');
    writeFileSync(file, readFileSync(file).subarray(0, -1));
    write('a.json', rule('a', 1, { x: 1 }));
    const { ids, said } = await start();
    expect(ids).toEqual(['b']);
    expect(said[0]).toBe('the file of the last good rules state.db.good-rules is not used: it is damaged');
  });

  test('where nothing has changed nothing is written, and only the owner may read it', async () => {
    write('a.json', rule('a', 1));
    await start();
    const { ino, mode } = statSync(join(folder, 'state.db.good-rules'));
    await start();
    expect(statSync(join(folder, 'state.db.good-rules')).ino).toBe(ino);
    expect(mode & 0o777).toBe(0o600);
  });
});
