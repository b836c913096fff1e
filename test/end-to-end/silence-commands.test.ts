import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Incident } from '../../src/shared/model/incident.ts';
import type { Silence } from '../../src/shared/model/silence.ts';
import { openSqliteStore } from '../../src/store/sqlite/open-sqlite-store.ts';
import { sampleIncident } from '../support/sample-incident.ts';
import { jsonLines, runTocsin } from '../support/tocsin-process.ts';

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

  test('are ended for programs, too: each as it is then, or why not', async () => {
    const ids: string[] = [];
    for (const comment of ['one', 'two']) {
      const added = await silence('add', '--match', 'rule=x', '--comment', comment, '--json');
      ids.push(String(jsonLines(added.out)[0]?.['id']));
    }
    const [one = '', two = ''] = ids;
    const { out, code, err } = await silence('expire', one, 'no-hex', '--json');
    expect([code, err]).toEqual([1, '']);
    expect(jsonLines(out)).toEqual([
      expect.objectContaining({ id: one, comment: 'one', state: 'expired' }),
      { id: 'no-hex', refused: 'no-such-silence', message: expect.stringContaining('tocsin silence list') },
    ]);
    expect(await listed('--expired')).toContainEqual(jsonLines(out)[0]);
    expect((await listed()).map(({ id }) => id)).toEqual([two]);
  });

  const hold = (...held: readonly Incident[]): void => {
    const store = openSqliteStore({ file: join(folder, 'state.db') });
    const incidents = held.map((incident) => ({
      incident,
      ruleId: 'r',
      groupKey: incident.id,
      fold: null,
    }));
    store.commit({ positions: [], watermarks: {}, windowDelta: null, incidents, outbox: [] }, () => '');
    store.close();
  };

  test('take what is like an incident, whatever its group holds', async () => {
    const group = { 'user.name': "o'brien; $(id) `x`", port: null, 'host.name': '' };
    hold(
      sampleIncident({ id: 'aa1', group }),
      sampleIncident({ id: 'bb2', group: { 'user.name': 'eve', port: null, 'host.name': '' } }),
      sampleIncident({ id: 'cc3', group: { 'user.name': '*' } }),
    );
    const added = await silence('add', '--like', 'aa', '--comment', 'x');
    expect(added.out).toContain('(takes 1 of 3 incidents that stand)');
    expect(await listed()).toMatchObject([
      { match: { rule: 'ssh-brute-force', group: { ...group, port: 'null' } } },
    ]);
    for (const [id, says] of [
      ['cc3', /say what is meant with --match/],
      ['dd4', /no incident whose id is/],
    ] as const) {
      const refused = await silence('add', '--like', id, '--comment', 'x');
      expect(refused.code).toBe(1);
      expect(refused.err).toMatch(says);
    }
  });

  test('say how many incidents that stand they take', async () => {
    hold(...['a', 'b', 'c'].map((id, nth) => sampleIncident({ id, severity: nth === 0 ? 'low' : 'high' })));
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
      [['--comment', 'x'], /needs a --match, or --like/],
      [['--match', 'rule=a', '--like', 'a', '--comment', 'x'], /cannot be used with/],
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
