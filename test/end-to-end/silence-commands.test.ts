import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Silence } from '../../src/shared/model/silence.ts';
import { openSqliteStore } from '../../src/store/sqlite/open-sqlite-store.ts';
import { sampleIncident } from '../support/sample-incident.ts';
import { runTocsin } from '../support/tocsin-process.ts';

describe('silences at the command line', () => {
  let folder: string;
  let config: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tocsin-silence-'));
    config = join(folder, 'tocsin.json');
    const written = { bus: { kind: 'embedded', file: 'log.db' }, rules: [], state: { file: 'state.db' } };
    writeFileSync(config, JSON.stringify(written));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const silence = (...args: string[]) => runTocsin(['silence', ...args, '--config', config]);
  const listed = async (...args: string[]): Promise<(Silence & { state: string })[]> =>
    (await silence('list', '--json', ...args)).out
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));

  test('are added before the first start too, listed, and ended by the beginning of their id', async () => {
    const args = ['--match', 'rule=ssh-*', '--match', 'group.source.ip=203.0.113.7'];
    const added = await silence('add', ...args, '--for', '2h', '--author', 'ann', '--comment', 'a test');
    expect(added).toMatchObject({ code: 0 });
    const [id = ''] = added.out.split(' ');
    const [found, ...more] = await listed();
    expect(more).toEqual([]);
    expect(found).toMatchObject({
      id,
      match: { rule: ['ssh-*'], group: { 'source.ip': ['203.0.113.7'] } },
      author: 'ann',
      comment: 'a test',
      state: 'active',
    });
    expect(Date.parse(found?.until ?? '') - Date.parse(found?.from ?? '')).toBe(7_200_000);
    expect((await silence('list')).out).toContain('rule=ssh-* group.source.ip=203.0.113.7');
    expect(await silence('expire', id.slice(0, 6))).toMatchObject({ code: 0, out: `${id} is over\n` });
    expect(await listed()).toEqual([]);
    expect(await listed('--expired')).toMatchObject([{ id, state: 'expired' }]);
    expect(await silence('expire', id)).toMatchObject({ code: 1 });
  });

  test('say how many incidents that stand they take', async () => {
    const store = openSqliteStore({ file: join(folder, 'state.db') });
    const incidents = ['a', 'b', 'c'].map((id, index) => ({
      incident: sampleIncident({ id, severity: index === 0 ? 'low' : 'high' }),
      ruleId: 'r',
      groupKey: id,
      fold: null,
    }));
    store.commit({ positions: [], watermarks: {}, windowDelta: null, incidents, outbox: [] }, () => '');
    store.close();
    const added = await silence('add', '--match', 'severity=high', '--comment', 'x');
    expect(added.out).toContain('(takes 2 of 3 incidents that stand)');
  });

  test('do nothing to a terminal', async () => {
    await silence(
      'add',
      '--match',
      'rule=\u001b[31m*',
      '--comment',
      'red \u001b[31m alert',
      '--author',
      'a\u202eb',
    );
    const { out } = await silence('list');
    expect(out).toContain('red \\u001b[31m alert');
    expect(out).not.toContain('\u001b[31m');
    expect(out).not.toContain('\u202e');
  });

  test('are refused with what is wrong', async () => {
    const refused: readonly [string[], RegExp][] = [
      [['--match', 'rle=a', '--comment', 'x'], /did you mean rule\?/],
      [['--match', 'rule=a', '--comment', ' '], /says why/],
      [
        ['--match', 'rule=a', '--from', '2020-01-01', '--until', '2020-01-02', '--comment', 'x'],
        /over already/,
      ],
    ];
    for (const [args, says] of refused) {
      const ended = await silence('add', ...args);
      expect(ended).toMatchObject({ code: 2 });
      expect(ended.err).toMatch(says);
    }
  });
});
