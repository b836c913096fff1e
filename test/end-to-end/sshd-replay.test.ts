import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { hasSharedData, sharedData } from '../support/shared-data.ts';
import { authLog } from '../support/sshd-truth.ts';
import { runTocsin } from '../support/tocsin-process.ts';

// A real log as a file, and answers that others computed by brute force: every line at which N events of one address, or
// events with N users, were within W seconds, for every N and W there is an answer for.

interface Truth {
  readonly results: readonly {
    readonly N: number;
    readonly window_s: number;
    readonly mode: 'count' | 'distinct_user';
    readonly fires_half_open: readonly number[];
  }[];
}

/** What the filters of the answers ask of the message. */
const patterns = {
  failed_password: '^Failed password for (?:invalid user )?.*? from \\S+ port \\d+',
  invalid_user: '^Invalid user .*? from \\S+',
} as const;

const folder = mkdtempSync(join(tmpdir(), 'tocsin-sshd-replay-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type What = keyof typeof patterns;

const truthOf = (what: What): Truth['results'] => {
  const file = join(sharedData, 'sshd', `elastic_auth.${what}.window_truth.json`);
  return (JSON.parse(readFileSync(file, 'utf8')) as Truth).results;
};

type Result = Truth['results'][number];

const idOf = (what: What, { N, window_s, mode }: Result): string => `${what} ${mode} ${N} in ${window_s}`;

function ruleOf(what: What, result: Result): object {
  const { N, window_s, mode } = result;
  const counted = { timespan: `${window_s}s`, condition: { gte: N } };
  return {
    id: idOf(what, result),
    conditions: { all: [{ fact: 'message', operator: 'matches', value: patterns[what] }] },
    groupBy: ['source.ip'],
    window:
      mode === 'count'
        ? { type: 'event_count', ...counted }
        : { type: 'value_count', field: 'user.name', ...counted },
  };
}

/** The log's lines have no year; any will do, since none of them crosses one. */
const config = {
  bus: { kind: 'embedded', file: 'log.db' },
  sources: [
    {
      name: 'auth',
      topics: ['logs.auth'],
      format: 'syslog',
      time: { format: 'syslog', zone: 'UTC', year: 2026 },
    },
  ],
};

describe.skipIf(!hasSharedData('sshd'))('tocsin replay --firings over the real sshd log', () => {
  test('names every line at which so many were within so long, and no other', async () => {
    const cases = (Object.keys(patterns) as What[]).flatMap((what) =>
      truthOf(what).map((result) => ({ what, result })),
    );
    const rules = cases.map(({ what, result }) => ruleOf(what, result));
    writeFileSync(join(folder, 'rules.json'), JSON.stringify(rules));
    writeFileSync(join(folder, 'tocsin.json'), JSON.stringify(config));
    const given = ['--rules', 'rules.json', '--config', 'tocsin.json', '--source', 'auth'];
    const args = ['replay', ...given, '--firings', '--', authLog];
    const { code, out, err } = await runTocsin(args, { cwd: folder });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const lines = new Map<string, number[]>();
    for (const each of out.split('\n').filter(Boolean)) {
      const { rule, line } = JSON.parse(each) as { rule: string; line: number };
      lines.set(rule, [...(lines.get(rule) ?? []), line]);
    }
    const ascending = (a: number, b: number): number => a - b;
    for (const { what, result } of cases) {
      const found = lines.get(idOf(what, result)) ?? [];
      expect(found.sort(ascending), idOf(what, result)).toEqual(result.fires_half_open);
    }
    expect(cases.filter(({ result }) => result.fires_half_open.length > 0).length).toBeGreaterThan(15);
  });
});
