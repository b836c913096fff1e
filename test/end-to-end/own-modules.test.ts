import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runTocsin, TocsinProcess } from '../support/tocsin-process.ts';

// Operators and facts of the user's own, and lists, in every command that evaluates rules.

let folder: string;
const file = (name: string, content: unknown): void =>
  writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));

const login = { fact: 'action', operator: 'equal', value: 'login' };
const rules = [
  {
    id: 'bad-reputation',
    conditions: {
      all: [login, { fact: 'reputation', params: { of: 'ip' }, operator: 'greaterThan', value: 50 }],
    },
    tests: [
      { name: 'known', events: [{ event: { action: 'login', ip: '192.0.2.1' } }], expect: { incidents: 1 } },
    ],
  },
  { id: 'even', conditions: { all: [{ fact: 'n', operator: 'isEven', value: null }] } },
  { id: 'listed', conditions: { all: [login, { fact: 'ip', operator: 'inList', value: 'ours' }] } },
  { id: 'asks-in-vain', conditions: { all: [login, { fact: 'broken', operator: 'equal', value: 1 }] } },
];
const events = [
  { action: 'login', ip: '192.0.2.1', n: 1 },
  { action: 'login', ip: '10.0.0.1', n: 2 },
  { action: 'logout', ip: '192.0.2.1' },
];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-modules-'));
  file('operators.mjs', 'export const isEven = (value) => value % 2 === 0;');
  file(
    'facts.mjs',
    `export async function reputation({ of }, almanac) {
       const ip = await almanac.factValue(of);
       await new Promise((resolve) => setTimeout(resolve, 1));
       return ip === '192.0.2.1' ? 90 : 10;
     }
     export const broken = () => Promise.reject(new Error('no service'));`,
  );
  file('rules.json', rules);
  file('events.ndjson', events.map((event) => JSON.stringify(event)).join('\n'));
  const config = {
    bus: { kind: 'embedded', file: 'log.db' },
    state: { file: 'state.db' },
    rules: ['rules.json'],
    operators: ['operators.mjs'],
    facts: ['facts.mjs'],
    lists: { ours: { values: ['10.0.0.0/8'] } },
    sources: [{ name: 'auth', topics: ['auth'] }],
    web: { listen: 'off' },
  };
  file('tocsin.json', config);
  file('impatient.json', { ...config, facts: ['slow.mjs'], factLimits: { answer: '1ms' } });
  file('slow.mjs', 'export const reputation = () => new Promise(() => undefined);');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const tocsin = (...args: readonly string[]) => runTocsin(args, { cwd: folder });
const lines = (out: string): Record<string, unknown>[] =>
  out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('own operators, own facts and lists', () => {
  test('count in tocsin match, from a configuration or from options', async () => {
    const configured = await tocsin('match', '-r', 'rules.json', '-c', 'tocsin.json', '--', 'events.ndjson');
    expect(lines(configured.out)).toEqual([
      { line: 1, rules: ['bad-reputation'] },
      { line: 2, rules: ['even', 'listed'] },
    ]);
    expect(configured.err).toContain('rule asks-in-vain: Error: no service');
    const modules = ['--operators', 'operators.mjs', '--facts', 'facts.mjs'];
    const given = await tocsin('match', '-r', 'rules.json', ...modules, '--', 'events.ndjson');
    expect(lines(given.out).map((line) => line['rules'])).toEqual([['bad-reputation'], ['even']]);
  });

  test('count in what rules of the library emit, in tocsin match --events', async () => {
    const all = [login];
    const params = { of: { fact: 'ip' }, score: { fact: 'reputation', params: { of: 'ip' } } };
    file('library.json', [
      { conditions: { all }, event: { type: 'logged-in', params } },
      { conditions: { all }, event: { type: 'fails', params: { a: { fact: 'broken' } } } },
      { id: 'ours', conditions: { all } },
    ]);
    const args = ['match', '-r', 'library.json', '--facts', 'facts.mjs', '--events', '--', 'events.ndjson'];
    const { out, err } = await tocsin(...args);
    const rules = ['logged-in', 'fails', 'ours'];
    const emitted = (of: string, score: number): object => ({
      rule: 'logged-in',
      type: 'logged-in',
      params: { of, score },
    });
    expect(lines(out)).toEqual([
      { line: 1, rules, events: [emitted('192.0.2.1', 90)] },
      { line: 2, rules, events: [emitted('10.0.0.1', 10)] },
    ]);
    expect(err).toContain('rule fails: Error: no service');
  });

  test('have the limits of the configuration', async () => {
    const { out, err } = await tocsin('match', '-c', 'impatient.json', '-r', 'rules.json', 'events.ndjson');
    expect(lines(out).map((line) => line['rules'])).toEqual([['even', 'listed']]);
    expect(err).toContain('fact "reputation" did not answer within 1 ms');
  });

  test('count in tocsin replay', async () => {
    const { out } = await tocsin('replay', '-c', 'tocsin.json', '--firings', 'events.ndjson');
    expect(lines(out).map(({ rule, line }) => [rule, line])).toEqual(
      expect.arrayContaining([
        ['bad-reputation', 1],
        ['even', 2],
        ['listed', 2],
      ]),
    );
  });

  test('count in tocsin rules test, check and explain', async () => {
    const tested = await tocsin('rules', 'test', 'rules.json', '-c', 'tocsin.json');
    expect(tested.out).toContain('✓ bad-reputation: known');
    expect((await tocsin('rules', 'check', 'rules.json', '-c', 'tocsin.json')).code).toBe(0);
    const unknown = await tocsin('rules', 'check', 'rules.json');
    expect(unknown.err).toContain('unknown operator "isEven"');
    const explained = await tocsin(
      ...[
        'rules',
        'explain',
        'bad-reputation',
        '-e',
        'events.ndjson',
        '-r',
        'rules.json',
        '-c',
        'tocsin.json',
      ],
    );
    expect(explained.out).toContain('✓ reputation greaterThan 50  saw 90');
    expect(explained.out).toContain('✗ reputation greaterThan 50  saw 10');
  });

  test('count in tocsin run', async () => {
    const service = new TocsinProcess(['run'], { cwd: folder });
    await tocsin('ingest', '--topic', 'auth', 'events.ndjson');
    const tail = new TocsinProcess(['tail', 'incidents', '--json', '--from-beginning'], { cwd: folder });
    for (const rule of ['bad-reputation', 'even', 'listed']) await tail.says(`"id":"${rule}"`);
    await tail.end('SIGINT');
    const { code } = await service.end('SIGTERM');
    expect(code).toBe(0);
    expect(tail.out).not.toContain('asks-in-vain');
  });

  test('that cannot be loaded end a command with code 2, and the service with code 3', async () => {
    const missing = await tocsin(
      'match',
      '-r',
      'rules.json',
      '--facts',
      'nowhere.mjs',
      '--',
      'events.ndjson',
    );
    expect(missing).toMatchObject({
      code: 2,
      err: expect.stringContaining('nowhere.mjs cannot be loaded'),
    });
    file('broken.json', { facts: ['nowhere.mjs'], state: { file: 'other.db' } });
    expect(await tocsin('run', '-c', 'broken.json')).toMatchObject({ code: 3 });
    expect((await tocsin('config', 'check', '-c', 'broken.json')).err).toContain('nowhere.mjs');
  });
});
