import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runTocsin } from '../support/tocsin-process.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-rules-'));
  for (const sub of ['rules', 'values']) mkdirSync(join(folder, sub));
  const write = (name: string, content: unknown): void =>
    writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  const isRoot = { all: [{ fact: 'User', operator: 'equal', value: 'root' }] };
  write('rules/json.json', { id: 'root', conditions: isRoot });
  write('rules/exact.json', {
    id: 'exact',
    conditions: { all: [{ fact: 'a', operator: 'equal', value: 1 }] },
  });
  write(
    'rules/shell.yml',
    `title: Shell
id: shell
logsource: { product: linux }
detection:
  sel: { Image|endswith: [/sh, /bash], 'User|expand': '%admins%' }
  condition: sel
tocsin:
  exceptions:
    - { reason: "The \\u001b[31mbackup", detection: { ours: { Job: backup }, condition: ours }, expires: 2026-01-01 }
`,
  );
  write(
    'rules/not.yml',
    'title: Not\nid: not\nlogsource: { product: linux }\ndetection: { sel: { a: 1 }, condition: not sel }',
  );
  write('values/admins.yml', 'admins: [root, adm-*]');
  write('values/others.json', { others: ['x'] });
  const status = (operator: string, value: unknown): object => ({ all: [{ fact: 's', operator, value }] });
  const timing = { type: 'ratio', timespan: '5m', condition: { gte: 0.5 } };
  write('ratio.json', {
    id: 'errors',
    conditions: status('exists', true),
    window: { ...timing, numerator: status('greaterThan', 499) },
  });
  write('two.ndjson', '{"s":503}\n5\n{"s":200}\n');
  write('event.ndjson', {
    '@timestamp': '2025-06-01T00:00:00Z',
    Image: '/bin/\u001b]0;owned\u0007/sh',
    User: 'adm-1',
    Job: 'backup',
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const tocsin = (...args: string[]) => runTocsin(args, { cwd: folder });

describe('--cache', () => {
  test('remembers rules in Sigma from command to command, and changes nothing of what they find', async () => {
    const named = ['rules', '--placeholders', 'values', '--cache', 'cache'];
    const matching = ['match', '--rules', ...named, '--logsource', 'product=linux', 'event.ndjson'];
    const first = await tocsin(...matching);
    expect([first.code, first.err]).toEqual([0, '']);
    const files = ['cache', 'cache.index'].map((name) => join(folder, name));
    const inodes = files.map((file) => statSync(file).ino);
    expect(await tocsin(...matching)).toEqual(first);
    expect((await tocsin('rules', 'check', ...named)).err).toBe('4 rules loaded, 0 drafts, 0 faults\n');
    expect(files.map((file) => statSync(file).ino)).toEqual(inodes);
    writeFileSync(join(folder, 'cache'), 'damaged');
    const damaged = await tocsin(...matching);
    expect(damaged.out).toBe(first.out);
    expect(damaged.err).toMatch(/^the cache of rules .*cache is not used: it is damaged\n$/);
  });
});

describe('tocsin rules check', () => {
  test('takes the values of placeholders from a folder, and refuses the rule without', async () => {
    const { code, err } = await tocsin('rules', 'check', 'rules');
    expect(code).toBe(1);
    expect(err).toMatch(/shell\.yml: line 5: document 1 \$\.detection\.sel.*admins/);
    const given = await tocsin('rules', 'check', 'rules', '--placeholders', 'values');
    expect([given.code, given.err]).toEqual([0, '4 rules loaded, 0 drafts, 0 faults\n']);
  });

  test('lists the rules that are tried on every event, and why', async () => {
    const { out } = await tocsin('rules', 'check', 'rules', '--placeholders', 'values', '--always-tried');
    const [, tried = ''] = out.split('tried on every event:\n');
    expect(tried).toMatch(/^ {2}not {2}.*negated\n$/);
    const json = await tocsin(
      'rules',
      'check',
      'rules',
      '--placeholders',
      'values',
      '--always-tried',
      '--json',
    );
    const verdicts = json.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(verdicts.filter(({ alwaysTried }) => alwaysTried !== undefined)).toEqual([
      { rule: 'not', file: 'rules/not.yml', verdict: 'production', alwaysTried: [expect.any(String)] },
    ]);
  });

  test('says what is wrong with a file of placeholders, with code 2', async () => {
    const { code, err } = await tocsin('rules', 'check', 'rules', '--placeholders', 'nowhere.yml');
    expect([code, err]).toEqual([2, 'nowhere.yml: there is no such file or folder\n']);
  });
});

describe('tocsin rules explain', () => {
  const explain = (id: string, ...more: string[]) =>
    tocsin('rules', 'explain', id, '-r', 'rules', '--placeholders', 'values', '-e', 'event.ndjson', ...more);

  test('shows a rule in Sigma leaf by leaf, with log source and exceptions, and lets no value of the log through to the terminal', async () => {
    const { code, out } = await explain(
      'shell',
      '--time-field',
      '@timestamp',
      '--logsource',
      'product=linux',
    );
    expect([code, out]).toEqual([
      0,
      `line 1: does not match
  ✓ all
    ✓ log source product=linux; the source declares product=linux
    ✓ selection sel
      ✓ Image|endswith "*/sh" (found) or "*/bash"  saw "/bin/\\u001b]0;owned\\u0007/sh"
      ✓ User|expand "adm-*" (found) or "root"  saw "adm-1"
  excluded by the exception "The \\u001b[31mbackup"
    ✓ all
      ✓ log source product=linux; the source declares product=linux
      ✓ selection ours
        ✓ Job "backup"  saw "backup"
`,
    ]);
  });

  test('says of each comparison of a rule in JSON what it saw', async () => {
    const { code, out } = await explain('root');
    expect([code, out]).toEqual([
      0,
      'line 1: does not match\n  ✗ all\n    ✗ User equal "root"  saw "adm-1"\n',
    ]);
  });

  test('shows what counts in a ratio, says that a window decides, and which lines cannot be read', async () => {
    const { code, out, err } = await tocsin(
      'rules',
      'explain',
      'errors',
      '-r',
      'ratio.json',
      '-e',
      'two.ndjson',
    );
    expect([code, out.match(/.*numerator$/gm)]).toEqual([
      0,
      ['  counts in the numerator', '  does not count in the numerator'],
    ]);
    expect(err).toBe(
      'line 2: not-an-object: 1 of 1 elements are no objects\n' +
        'matches count in a window (ratio): tocsin replay --firings shows when the rule fires\n',
    );
    const matched = await tocsin('match', '-r', 'ratio.json', 'two.ndjson');
    expect([matched.out, matched.err]).toEqual([
      '{"line":1,"rules":["errors"]}\n{"line":3,"rules":["errors"]}\n',
      'line 2: not-an-object: 1 of 1 elements are no objects\n',
    ]);
  });

  test('says what was probably meant where there is no such rule', async () => {
    const { code, err } = await explain('shel');
    expect([code, err]).toEqual([2, 'no rule "shel" in rules; did you mean "shell"?\n']);
    expect((await explain('nobody')).err).toBe('no rule "nobody" in rules; tocsin rules check lists them\n');
  });
});

test('tocsin replay takes the values of placeholders, as rules check does', async () => {
  const replay = (...more: string[]) =>
    tocsin('replay', '-r', 'rules/shell.yml', '--firings', ...more, '--', 'event.ndjson');
  const { code, out } = await replay('--placeholders', 'values', '--time-field', '@timestamp');
  // The exception ended before the event of another time.
  expect([code, out]).toEqual([0, '']);
  const present = await replay('--placeholders', 'values');
  expect(JSON.parse(present.out)).toMatchObject({ rule: 'shell', line: 1 });
  expect((await replay()).err).toContain('placeholder %admins% has no values');
  expect((await replay('--placeholders', 'nowhere.yml')).code).toBe(2);
});
