import { hash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadSigmaCached } from './sigma-cache.ts';
import { type LoadedSigma, loadSigma, type SigmaFile } from './sigma-files.ts';

const detection =
  "logsource: {product: windows}\ndetection:\n  a:\n    b|contains: 'x*y'\n    c: [1, null, '\u{1f600}']\n  condition: a\n";
const files: readonly SigmaFile[] = [
  { file: 'a.yml', text: `title: A\nid: a\nlevel: high\n${detection}` },
  { file: 'b.yml', text: `title: B\n${detection.replace('contains', 'contans')}` },
  {
    file: 'c.yml',
    text: 'title: C\ncorrelation:\n  type: event_count\n  rules: [a]\n  timespan: 5m\n  condition: {gte: 3}\n',
  },
  { file: 'd.yml', text: `title: D\n${detection.replace('contains', 'expand').replace('x*y', '%p%')}` },
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

const load = (texts = files, given: Parameters<typeof loadSigma>[1] = options): LoadedSigma =>
  loadSigmaCached(texts, given, { file, onIgnored: (reason) => ignored.push(reason) });

test('what comes from the cache is what comes from the files', () => {
  expect(expected.loaded).toHaveLength(3);
  expect(expected.faults).toHaveLength(1);
  expect(expected.spokenFor.size).toBe(1);
  expect(load()).toStrictEqual(expected);
  const { ino } = statSync(file);
  expect(load()).toStrictEqual(expected);
  expect([ignored, readdirSync(folder), statSync(file).ino]).toEqual([[], ['cache'], ino]);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('it comes from the cache indeed', () => {
  load();
  const [head = '', ...body] = readFileSync(file, 'utf8').split('\n');
  const other = body.join('\n').replace('"title":"A"', '"title":"Z"');
  writeFileSync(file, `${head.replace(/\S+$/, hash('sha256', other))}\n${other}`);
  expect(load().loaded[0]?.rule.title).toBe('Z');
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

describe('a cache of something else is not used', () => {
  const [a, ...rest] = files;
  test.each<[string, readonly SigmaFile[], typeof options]>([
    ['another text', [{ file: 'a.yml', text: `${a?.text} # ` }, ...rest], options],
    ['another name', [{ file: 'z.yml', text: a?.text ?? '' }, ...rest], options],
    ['a file less', rest, options],
    ['another order', [...rest, ...files.slice(0, 1)], options],
    ['another placeholder', files, { placeholders: { p: ['one', 'three'] } }],
  ])('%s', (_, texts, given) => {
    load();
    expect(load(texts, given)).toStrictEqual(loadSigma(texts, given));
    expect(ignored).toEqual([expect.stringContaining('other rules')]);
  });
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
