import { hash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type LoadedSigma, type LoadSigmaOptions, loadSigma } from './sigma-files.ts';
import { SigmaMemory } from './sigma-memory.ts';
import type { SigmaFile } from './sigma-reading.ts';

const detection =
  "logsource: {product: windows}\ndetection:\n  a:\n    b|contains: 'x*y'\n    c: [1, null, '\u{1f600}']\n  condition: a\n";
const correlation = (rule: string): string =>
  `title: C\ncorrelation:\n  type: event_count\n  rules: [${rule}]\n  timespan: 5m\n  condition: {gte: 3}\n`;
const filter = (selection: string): string =>
  `title: F\nlogsource: {product: windows}\nfilter:\n  rules: [a]\n  ours: {User: svc}\n  condition: ${selection}\n`;
const files: readonly SigmaFile[] = [
  { file: 'a.yml', text: `title: A\nid: a\nlevel: high\n${detection}` },
  { file: 'b.yml', text: `title: B\n${detection.replace('contains', 'contans')}` },
  { file: 'c.yml', text: correlation('a') },
  { file: 'd.yml', text: `title: D\n${detection.replace('contains', 'expand').replace('x*y', '%p%')}` },
  { file: 'e.yml', text: `title: E\nid: e\nlevel: odd\n---\ntitle: E2\n${detection}tocsin: {dedup: long}\n` },
  { file: 'f.yml', text: filter('not ours') },
];
const options = { placeholders: { p: ['one', 'two*'] } };
const expected = loadSigma(files, options);

let folder = '';
let file = '';
let ignored: string[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-cache-'));
  file = join(folder, 'cache');
  ignored = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = (): SigmaMemory => new SigmaMemory({ file, onIgnored: (reason) => ignored.push(reason) });

/** As a process does that starts. */
function load(texts = files, given: LoadSigmaOptions = options): LoadedSigma {
  const memory = open();
  const loaded = loadSigma(texts, { ...given, memory });
  memory.save();
  return loaded;
}

const ids = ({ loaded }: LoadedSigma): string[] => loaded.map(({ rule }) => rule.id);

test('what comes from the cache is what comes from the files', () => {
  expect(ids(expected)).toEqual(['a', 'D', 'C']);
  expect(expected.faults.length).toBeGreaterThan(2);
  expect(expected.spokenFor.size).toBe(1);
  expect(load()).toStrictEqual(expected);
  const { ino } = statSync(file);
  expect(load()).toStrictEqual(expected);
  expect([ignored, readdirSync(folder), statSync(file).ino]).toEqual([[], ['cache'], ino]);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

/** Changes what stands in the cache, and its digest with it. */
function forge(from: string, to: string): void {
  const [head = '', ...body] = readFileSync(file, 'utf8').split('\n');
  const other = body.join('\n').replace(from, to);
  writeFileSync(file, `${head.replace(/\S+$/, hash('sha256', other))}\n${other}`);
}

test('it comes from the cache indeed, the conditions too', () => {
  load();
  forge('"title":"A"', '"title":"Z"');
  forge('"x"', '"z"');
  const [a] = load(files.slice(0, 1)).loaded;
  expect(a?.rule.title).toBe('Z');
  expect(JSON.stringify(a?.rule.conditions)).toContain('"z"');
});

describe('a cache that is not whole is made anew', () => {
  test.each<[string, (whole: string) => string]>([
    ['empty', () => ''],
    ['cut within the first line', (whole) => whole.slice(0, 30)],
    ['cut behind the first line', (whole) => whole.slice(0, whole.indexOf('\n') + 1)],
    ['cut in the middle', (whole) => whole.slice(0, whole.length / 2)],
    ['without its last byte', (whole) => whole.slice(0, -1)],
    ['with more than there was', (whole) => `${whole} `],
    ['with another letter in it', (whole) => whole.replace('"A"', '"B"')],
    ['made by other code', (whole) => whole.replace(/^tocsin rules-.{64}/, `tocsin rules-${'0'.repeat(64)}`)],
    ['something else', () => 'SQLite format 3\u0000'],
    ['JSON alone', (whole) => whole.slice(whole.indexOf('\n') + 1)],
  ])('%s', (_, damage) => {
    load();
    const whole = readFileSync(file, 'utf8');
    writeFileSync(file, damage(whole));
    expect(load()).toStrictEqual(expected);
    expect(ignored).toHaveLength(1);
    expect(ignored[0]).toContain(`${file} is not used: it`);
    expect(readFileSync(file, 'utf8')).toBe(whole);
  });
});

/** Each loads what is different from what is remembered, from the cache and in one process. */
describe('what has changed is read anew', () => {
  const [a, ...rest] = files;
  const other = (text: string): SigmaFile[] => [{ file: 'a.yml', text }, ...rest];
  const filtered = files.map((each) => (each.file === 'f.yml' ? { ...each, text: filter('ours') } : each));
  test.each<[string, readonly SigmaFile[], typeof options]>([
    ['another text', other(`${a?.text} # `), options],
    ['another condition', other(`${a?.text}`.replace('condition: a', 'condition: not a')), options],
    ['a fault where there was none', other(`${a?.text}`.replace('condition: a', 'condition: b')), options],
    ['another name', [{ file: 'z.yml', text: a?.text ?? '' }, ...rest], options],
    ['a file less', rest, options],
    ['another order', [...rest, ...files.slice(0, 1)], options],
    ['another filter', filtered, options],
    ['no filter', files.slice(0, -1), options],
    ['another placeholder', files, { placeholders: { p: ['one', 'three'] } }],
  ])('%s', (_, texts, given) => {
    const anew = loadSigma(texts, given);
    load();
    expect(load(texts, given)).toStrictEqual(anew);
    expect(load(texts, given)).toStrictEqual(anew);
    expect(load()).toStrictEqual(expected);
    const memory = new SigmaMemory();
    for (const [now, said, is] of [
      [files, options, expected],
      [texts, given, anew],
      [files, options, expected],
    ] as const)
      expect(loadSigma(now, { ...said, memory })).toStrictEqual(is);
    expect(ignored).toEqual([]);
  });
});

test('a placeholder that nobody asked for changes nothing, and one that is there now makes a rule good', () => {
  load(files, { placeholders: {} });
  const { ino } = statSync(file);
  expect(ids(load(files, { placeholders: { q: ['x'] } }))).toEqual(['a', 'C']);
  expect(statSync(file).ino).toBe(ino);
  expect(load()).toStrictEqual(expected);
});

test('where no cache can be written or read the rules load all the same, and it is told', () => {
  const before = file;
  writeFileSync(join(folder, 'file'), '');
  file = join(folder, 'file', 'cache');
  expect(load()).toStrictEqual(expected);
  file = before;
  mkdirSync(file);
  expect(load()).toStrictEqual(expected);
  expect(ignored.map((reason) => /cache of rules/.test(reason))).toEqual([true, true, true]);
  expect(readdirSync(folder)).toEqual(['cache', 'file']);
});
