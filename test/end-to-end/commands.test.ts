import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runTocsin } from '../support/tocsin-process.ts';

// The commands as scripts use them: output formats, exit codes and messages are a contract (README.md, "Commands").

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-commands-'));
  file('rule.json', rule);
  file('config.json', {
    bus: { kind: 'embedded', file: 'log.db' },
    state: { file: 'state.db' },
    rules: ['rule.json'],
    web: { listen: 'off' },
    sources: [{ name: 'auth', topics: ['logs.auth'], time: { field: 'time', format: 'iso8601' } }],
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const rule = {
  id: 'three-failures',
  title: 'Failures of {{ user }}',
  severity: 'high',
  conditions: { all: [{ fact: 'outcome', operator: 'equal', value: 'failure' }] },
  groupBy: ['user'],
  window: { type: 'event_count', timespan: '1m', condition: { gte: 3 } },
  dedup: '1h',
  tests: [
    {
      name: 'three',
      events: [{ repeat: 3, every: '10s', event: { outcome: 'failure', user: 'jo' } }],
      expect: { incidents: 1, group: { user: 'jo' } },
    },
    {
      name: 'two',
      events: [{ repeat: 2, every: '10s', event: { outcome: 'failure', user: 'jo' } }],
      expect: { incidents: 0 },
    },
  ],
};

function file(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(
    path,
    typeof content === 'string' || Buffer.isBuffer(content) ? content : JSON.stringify(content),
  );
  return path;
}

const event = (second: number, outcome = 'failure', user = 'jo'): string =>
  JSON.stringify({ time: `2026-03-01T10:00:${String(second).padStart(2, '0')}.000Z`, outcome, user });

const events = `${[event(0), event(10, 'success'), event(20), event(30, 'failure', 'al'), event(40)].join('\n')}\n`;

const tocsin = (args: readonly string[], input?: string) =>
  runTocsin(args, { cwd: folder, ...(input === undefined ? {} : { input }) });

const objects = (out: string): Record<string, unknown>[] =>
  out
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('tocsin match', () => {
  test('prints a line for each matching event, and nothing else', async () => {
    const { code, out, err } = await tocsin([
      'match',
      '--rules',
      'rule.json',
      '--',
      file('events.ndjson', events),
    ]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(objects(out)).toEqual([1, 3, 4, 5].map((line) => ({ line, rules: ['three-failures'] })));
  });

  test('reads standard input and packed files, names the file where there are several, and gives statistics', async () => {
    const packed = file('events.ndjson.gz', gzipSync(events));
    const { out, err } = await tocsin(
      ['match', '--stats', '--rules', 'rule.json', '--', packed, '-'],
      events,
    );
    expect(objects(out).map(({ file: name, line }) => [name, line])).toEqual(
      [packed, '-'].flatMap((name) => [1, 3, 4, 5].map((line) => [name, line])),
    );
    expect(err).toMatch(/^10 events, \d+\.\d+ s, \d+ events\/s\n$/);
  });
});

describe('tocsin replay', () => {
  const replay = (...args: string[]) =>
    tocsin(['replay', '--rules', 'rule.json', '--time-field', 'time', ...args, '-'], events);

  test('--firings prints each settled firing', async () => {
    const { code, out } = await replay('--firings');
    expect(code).toBe(0);
    expect(objects(out)).toEqual([
      {
        rule: 'three-failures',
        group: { user: 'jo' },
        time: '2026-03-01T10:00:40.000Z',
        line: 5,
        file: '-',
        value: 3,
        from: '2026-03-01T09:59:40.000Z',
        to: '2026-03-01T10:00:40.000Z',
      },
    ]);
  });

  test('prints the incidents as they stand at the end', async () => {
    const { out } = await replay();
    expect(objects(out)).toMatchObject([
      {
        status: 'resolved',
        reason: 'quiet',
        rule: { id: 'three-failures' },
        severity: 'high',
        title: 'Failures of jo',
        group: { user: 'jo' },
        firstSeen: '2026-03-01T10:00:00.000Z',
        lastSeen: '2026-03-01T10:00:40.000Z',
        events: 3,
        firings: 1,
        tags: [],
        mergedInto: null,
      },
    ]);
  });

  test('--from and --to leave out what is earlier, and what is at or after', async () => {
    expect((await replay('--from', '2026-03-01T10:00:01Z')).out).toBe('');
    expect((await replay('--to', '2026-03-01T10:00:40Z')).out).toBe('');
    expect(objects((await replay('--to', '2026-03-01T10:00:41Z')).out)).toHaveLength(1);
  });

  test('several files are partitions read by event time: split in any way, they give the same', async () => {
    const [first, ...rest] = events.trimEnd().split('\n');
    const paths = [file('a.ndjson', rest.join('\n')), file('b.ndjson', first ?? '')];
    const { out } = await tocsin([
      'replay',
      '--firings',
      '--rules',
      'rule.json',
      '--time-field',
      'time',
      '--',
      ...paths,
    ]);
    expect(objects(out)).toMatchObject([{ line: 4, file: paths[0], value: 3 }]);
  });

  test('lines that are no events are named on standard error, and the rest goes on', async () => {
    const { code, out, err } = await tocsin(
      ['replay', '--rules', 'rule.json', '--time-field', 'time', '-'],
      `nonsense\n${events}`,
    );
    expect([code, objects(out)]).toMatchObject([0, [{ events: 3 }]]);
    expect(err).toMatch(/^-: line 1: invalid-json/);
  });

  test('what a line that is no event says does not steer the terminal', async () => {
    const { err } = await replay('--firings');
    expect(err).toBe('');
    const hostile = await tocsin(
      ['replay', '--rules', 'rule.json', '--time-field', 'time', '-'],
      `\u001b]0;owned\u0007\u001b[8m\n${events}`,
    );
    expect(hostile.err).toContain('\\u001b]0;owned\\u0007');
    expect(hostile.err).not.toContain('\u001b');
  });

  test('events whose time is not where it was said are counted: they would stand at one moment', async () => {
    const { err } = await tocsin(['replay', '--rules', 'rule.json', '--time-field', 'when', '-'], events);
    expect(err).toMatch(/^5 of 5 events have no time that could be read: .*--time-field/);
    const some = await tocsin(
      ['replay', '--rules', 'rule.json', '--time-field', 'time', '-'],
      `{"user":"x"}\n${events}`,
    );
    expect(some.err).toMatch(/^1 of 6 events/);
  });
});

describe('tocsin rules', () => {
  test('check gives a verdict for each rule and code 0', async () => {
    const { code, out, err } = await tocsin(['rules', 'check', 'rule.json']);
    expect([code, err]).toEqual([0, '1 rules loaded, 0 drafts, 0 faults\n']);
    expect(out).toMatch(/three-failures\s+production\s+high\s+event_count\s+2 tests/);
  });

  test('check names every fault of every file with its place and what was meant, and gives code 1', async () => {
    const faulty = {
      ...rule,
      id: 'faulty',
      severty: 'high',
      conditions: { all: [{ fact: 'a', operator: 'equals', value: 1 }] },
    };
    file('faulty.json', faulty);
    file('broken.json', '{"id": "broken",\n "conditions": }');
    const { code, err } = await tocsin(['rules', 'check', 'rule.json', 'faulty.json', 'broken.json']);
    expect(code).toBe(1);
    expect(err).toMatch(/faulty\.json: .*severty.*did you mean "severity"/);
    expect(err).toMatch(/faulty\.json: .*equals.*did you mean "equal"/);
    expect(err).toMatch(/broken\.json: line 2/);
    expect(err).toMatch(/1 rules loaded, 0 drafts, 3 faults/);
  });

  test('test runs the rules’ own tests: 0 when they pass, 1 when one fails, and says why', async () => {
    expect(await tocsin(['rules', 'test', 'rule.json'])).toMatchObject({
      code: 0,
      err: '2 passed, 0 failed\n',
    });
    file('failing.json', { ...rule, window: { ...rule.window, condition: { gte: 4 } } });
    const { code, out } = await tocsin(['rules', 'test', 'failing.json']);
    expect(code).toBe(1);
    expect(out).toContain('expected 1 incidents, got 0');
  });
});

describe('rules that name lists', () => {
  test('are checked and tested with the lists of a configuration', async () => {
    const conditions = { all: [{ fact: 'user', operator: 'inList', value: 'admins' }] };
    const tests = [{ name: 'listed', events: [{ event: { user: 'jo' } }], expect: { incidents: 1 } }];
    file('listed.json', { id: 'listed', title: 'An admin', conditions, tests });
    const config = file('lists.json', { lists: { admins: { values: ['jo'] } } });
    expect(await tocsin(['rules', 'check', 'listed.json'])).toMatchObject({ code: 0 });
    expect(await tocsin(['rules', 'test', 'listed.json', '--config', config])).toMatchObject({ code: 0 });
    const other = file('other-lists.json', { lists: { admin: { values: ['jo'] } } });
    expect(await tocsin(['rules', 'check', 'listed.json', '--config', other])).toMatchObject({
      code: 1,
      err: expect.stringContaining('did you mean "admin"'),
    });
  });
});

describe('tocsin config check', () => {
  test('says what the service would do, and gives code 0', async () => {
    const { code, out } = await tocsin(['config', 'check', '--config', 'config.json']);
    expect(code).toBe(0);
    expect(out).toMatch(/bus\s+embedded log/);
  });

  test('names every fault with its path and what was meant, and gives code 2', async () => {
    const path = file('faulty-config.json', {
      buss: {},
      sources: [{ name: 'a', topics: [] }],
      web: { listen: 'nowhere' },
    });
    const { code, err } = await tocsin(['config', 'check', '--config', path]);
    expect(code).toBe(2);
    expect(err).toMatch(/\$\.buss.*did you mean "bus"/);
    expect(err).toMatch(/\$\.sources\[0\]\.topics/);
    expect(err).toMatch(/\$\.web\.listen/);
  });
});

describe('usage', () => {
  test.each([
    { title: 'an unknown command', args: ['replya'], says: /Did you mean replay/ },
    {
      title: 'an unknown option',
      args: ['match', '--rules', 'rule.json', '--statistics'],
      says: /unknown option/,
    },
    { title: 'a missing option', args: ['ingest'], says: /--topic/ },
    {
      title: 'a file that is not there',
      args: ['match', '--rules', 'rule.json', '--', 'missing.ndjson'],
      says: /missing\.ndjson/,
    },
    {
      title: 'a configuration that is not there',
      args: ['run', '--config', 'missing.json'],
      says: /missing\.json/,
    },
  ])('$title is told on standard error, with code 2', async ({ args, says }) => {
    const { code, out, err } = await tocsin(args);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(says);
  });

  test.each(['start', 'run', 'match', 'replay', 'rules', 'incidents', 'tail', 'ingest', 'config'])(
    '%s explains itself with --help',
    async (command) => {
      expect(await tocsin([command, '--help'])).toMatchObject({
        code: 0,
        out: expect.stringContaining(`Usage: tocsin ${command}`),
      });
    },
  );
});
