import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { compileMatcher } from '../detect/match/matcher.ts';
import type { EventFields } from '../shared/model/log-event.ts';
import { readLists } from './read-lists.ts';
import { type LoadedRules, loadRules } from './rule-files.ts';
import { readPlaceholders } from './sigma-placeholders.ts';

// Whatever a rule file holds, it is told in words where it stands, and the other rules load and match.

const conditions = { all: [{ fact: 'f', operator: 'equal', value: 1 }] };
const sigma = (detection: string, id = 'hostile'): string =>
  `title: t\nid: ${id}\nlogsource: {product: linux}\ndetection:\n${detection}`;
const plain = '  sel: {f: 1}\n  condition: sel';
const json = (rule: object): string => JSON.stringify({ id: 'hostile', conditions, ...rule });

let folder: string;
const write = (name: string, content: string | Buffer): void => writeFileSync(join(folder, name), content);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-hostile-'));
  write('good.json', JSON.stringify({ id: 'good', conditions }));
  write('good.yml', sigma(plain, 'good in Sigma'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Ids of the rules that match, however many others there are. */
function match(loaded: LoadedRules, fields: EventFields): readonly string[] {
  const { matcher } = compileMatcher(loaded.rules.map(({ rule }) => rule));
  const position = { topic: 't', partition: 0, offset: 0, index: 0 };
  return matcher
    .match({ fields, timeMs: 0, timeOrigin: 'record', source: 's', position, weight: 1 })
    .map(({ ruleId }) => ruleId);
}

function expectRefused(name: string, message: RegExp): void {
  const loaded = loadRules([folder], { placeholders: { ten: Array.from('0123456789') } });
  const told = loaded.faults.filter(({ file }) => file === join(folder, name));
  expect(told.length).toBeGreaterThan(0);
  expect(told.length).toBe(loaded.faults.length);
  expect(told.map((fault) => fault.message).join('\n')).toMatch(message);
  expect([...match(loaded, { f: 1 })].sort()).toEqual(['good', 'good in Sigma']);
}

const laughs = Array.from({ length: 12 }, (_, n) => `l${n + 1}: &l${n + 1} [${Array(9).fill(`*l${n}`)}]`);

describe('a hostile rule file', () => {
  test.each([
    ['laughs without end', `${sigma(plain)}\nl0: &l0 [ha, ha]\n${laughs.join('\n')}`, /exhaustion attack/],
    ['an alias of itself', sigma('  sel: &a\n    f: *a\n  condition: sel'), /is no value|alias/i],
    ['a list too deep', sigma(`  sel: ${'['.repeat(50_000)}`), /nested too deep|call stack|is not YAML/],
    [
      'maps too deep',
      sigma(Array.from({ length: 3_000 }, (_, n) => `${' '.repeat(n + 2)}a:`).join('\n')),
      /nested too deep/,
    ],
    ['a tag that makes code', sigma('  sel: {a: !!js/function "x"}\n  condition: sel'), /Unresolved tag/],
    ['__proto__ as a field', sigma('  sel: {__proto__: 1}\n  condition: sel'), /never followed/],
    [
      '__proto__ merged into a map',
      sigma('  b: &b {__proto__: {a: 1}}\n  sel: {<<: *b}\n  condition: sel'),
      /never followed/,
    ],
    ['__proto__ as a modifier', sigma('  sel: {a|__proto__: 1}\n  condition: sel'), /unknown modifier/],
    [
      'constructor as a selection',
      sigma('  sel: {a: 1}\n  condition: constructor'),
      /no selection "constructor"/,
    ],
    ['__proto__ under tocsin', `${sigma(plain)}\ntocsin: {__proto__: {status: shadow}}`, /unknown member/],
    [
      'a condition of 100,000 words',
      sigma(`  sel: {f: 1}\n  condition: ${'sel or '.repeat(100_000)}sel`),
      /more than 10000 words/,
    ],
    [
      'ten to the power of six placeholders',
      sigma(`  sel: {f|expand: '${'%ten%'.repeat(6)}'}\n  condition: sel`),
      /more than 100000 values/,
    ],
    [
      'thirty dashes',
      sigma(`  sel: {'f|windash': '${'-a '.repeat(30)}'}\n  condition: sel`),
      /more than 5 dashes/,
    ],
    [
      'a regular expression that explodes',
      sigma("  sel: {f|re: '(((a{100}){100}){100})'}\n  condition: sel"),
      /repeat count/,
    ],
    ['bytes of no text', '\u0000\u0001\ufffd', /must be a map|is not YAML/],
  ])('in YAML: %s', (_, text, message) => {
    write('hostile.yml', text);
    expectRefused('hostile.yml', message);
  });

  test.each([
    ['a million brackets', '['.repeat(1_000_000), /is not JSON/],
    ['a hundred thousand levels', `${'['.repeat(100_000)}${']'.repeat(100_000)}`, /nested deeper than 200/],
    [
      '__proto__ as a member',
      '{"id":"hostile","__proto__":{"x":1},"conditions":{"all":[]}}',
      /unknown member/,
    ],
    [
      '__proto__ as conditions',
      '{"id":"hostile","conditions":{"__proto__":{"all":[]}}}',
      /root of the conditions/,
    ],
    [
      '__proto__ as a fact',
      json({ conditions: { all: [{ fact: '__proto__.a', operator: 'equal', value: 1 }] } }),
      /never followed/,
    ],
    [
      'constructor in a path',
      json({ conditions: { all: [{ fact: 'a', path: '$.constructor', operator: 'equal', value: 1 }] } }),
      /never followed/,
    ],
    [
      'code in a path',
      json({
        conditions: { all: [{ fact: 'a', path: '$[?(process.exit())]', operator: 'equal', value: 1 }] },
      }),
      /not evaluated/,
    ],
    [
      'a reference to constructor',
      json({ conditions: { condition: 'constructor' } }),
      /no condition "constructor"/,
    ],
    [
      '__proto__ as an operator',
      json({ conditions: { all: [{ fact: 'a', operator: '__proto__', value: 1 }] } }),
      /unknown operator/,
    ],
    [
      'constructor as a decorator',
      json({ conditions: { all: [{ fact: 'a', operator: 'constructor:equal', value: 1 }] } }),
      /unknown decorator/,
    ],
    ['prototype in a group', json({ groupBy: ['a.prototype'] }), /never followed/],
    [
      '__proto__ as a window',
      '{"id":"hostile","conditions":{"all":[]},"window":{"type":"__proto__"}}',
      /must be one of/,
    ],
    [
      '60,000 comparisons',
      json({ conditions: { any: Array(60_000).fill(conditions.all[0]) } }),
      /^more than 10000 comparisons in one rule\n.*$/,
    ],
    [
      'a list of 20,000 values',
      json({ conditions: { any: [{ fact: 'f', operator: 'in', value: Array(20_000).fill(0) }] } }),
      /10000/,
    ],
    ['20,000 members that stand twice', `{"id":"hostile",${Array(20_000).fill('"a":1')}}`, /a second time/],
    ['more than 10 MiB', `[${' '.repeat(10 * 1024 * 1024)}]`, /larger than 10 MiB/],
    [
      'a window with 2^40 ways',
      json({
        conditions: undefined,
        window: { type: 'temporal', condition: Array(40).fill('(a or b)').join(' and '), timespan: '5m' },
      }),
      /alternatives/,
    ],
  ])('in JSON: %s', (_, text, message) => {
    write('hostile.json', text);
    expectRefused('hostile.json', message);
  });

  test('that is a pipe, a device, a folder or a link to itself is not read', () => {
    execFileSync('mkfifo', [join(folder, 'pipe.yml')]);
    symlinkSync('/dev/zero', join(folder, 'zero.json'));
    mkdirSync(join(folder, 'folder.yml'));
    symlinkSync('self.yml', join(folder, 'self.yml'));
    const loaded = loadRules([folder]);
    expect(loaded.faults.map(({ file, message }) => [file.slice(folder.length + 1), message])).toEqual([
      ['pipe.yml', 'is no file'],
      ['self.yml', expect.stringContaining('ELOOP')],
      ['zero.json', 'is no file'],
    ]);
    expect(match(loaded, { f: 1 }).length).toBe(2);
  });

  test('with 5,000 faulty rules has each of them told, line by line', () => {
    write('hostile.json', JSON.stringify(Array(5_000).fill({ id: 'x', condtions: 1 }), null, 1));
    const { faults } = loadRules([folder]);
    expect(faults.length).toBe(10_000);
    expect(faults.at(-1)).toMatchObject({
      path: '$[4999].condtions',
      line: 20_000,
      hint: 'did you mean "conditions"?',
    });
  });

  test('may call rules, selections and values whatever it likes, and nothing follows from the name', () => {
    write(
      'odd.json',
      '[{"id":"__proto__","conditions":{"all":[]}},{"id":"constructor","conditions":{"all":[]}}]',
    );
    write(
      'odd.yml',
      sigma('  __proto__: {f: __proto__}\n  constructor: {f: 1}\n  condition: 1 of *o*', 'toString'),
    );
    const loaded = loadRules([folder]);
    expect(loaded.faults).toEqual([]);
    expect([...match(loaded, { f: '__proto__' })].sort()).toEqual(['__proto__', 'constructor']);
    expect(match(loaded, { f: 1 })).toContain('toString');
    expect(({} as Record<string, unknown>)['f']).toBeUndefined();
  });
});

test('a list and a file of placeholders that are no files are told of, and empty', () => {
  const pipe = join(folder, 'list.txt');
  execFileSync('mkfifo', [pipe]);
  const { lists, faults } = readLists({ ours: { file: pipe } });
  expect(faults).toEqual([{ list: 'ours', message: `${pipe}: is no file; it is empty until then` }]);
  expect(lists).toBeDefined();
  expect(readPlaceholders(pipe)).toMatchObject({ ok: false, failure: `${pipe}: is no file` });
});
