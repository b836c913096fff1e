import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createLists } from '../detect/match/lists.ts';
import { type LoadedRules, loadRules } from './rule-files.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-rules-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Writes files (texts as they are, anything else as JSON) and loads the folder. */
function load(files: Readonly<Record<string, unknown>>): LoadedRules {
  for (const [name, content] of Object.entries(files))
    writeFileSync(
      join(folder, name),
      typeof content === 'string' ? content : JSON.stringify(content, null, 2),
    );
  return loadRules([folder], { lists: createLists({ other: [] }) });
}

const ids = ({ rules }: LoadedRules): string[] => rules.map(({ rule }) => rule.id);
const conditions = { all: [{ fact: 'a', operator: 'equal', value: 1 }] };

interface FaultCase {
  readonly title: string;
  readonly content: unknown;
  readonly path: string;
  readonly message: RegExp;
  readonly hint?: RegExp;
  readonly line?: number;
}

const bad = (more: object): unknown => ({ id: 'bad', conditions, ...more });

describe('a fault says where, what, and what was meant', () => {
  test.each<FaultCase>([
    { title: 'broken JSON', content: '{\n  "id": "a",\n}', path: '$', message: /not JSON/, line: 3 },
    { title: 'no rule', content: '5', path: '$', message: /must be a rule/, line: 1 },
    {
      title: 'a misspelt member',
      content: bad({ severty: 'high' }),
      path: '$.severty',
      message: /unknown member/,
      hint: /"severity"/,
      line: 12,
    },
    {
      title: 'a misspelt member of the window',
      content: bad({ window: { type: 'event_count', timespan: '5m', condition: { gte: 1 }, rest: true } }),
      path: '$.window.rest',
      message: /unknown/,
      hint: /"reset"/,
    },
    {
      title: 'a member of another kind of window',
      content: bad({ window: { type: 'new_term', field: 'a', history: '1d', timespan: '5m' } }),
      path: '$.window.timespan',
      message: /unknown/,
      hint: /^there are: type, field, history, learn, rules, aliases$/,
    },
    {
      title: 'a wrong severity',
      content: bad({ severity: 'hig' }),
      path: '$.severity',
      message: /informational, low/,
      hint: /"high"/,
    },
    { title: 'a missing id', content: { conditions }, path: '$.id', message: /missing/ },
    { title: 'missing conditions', content: { id: 'a' }, path: '$.conditions', message: /missing/ },
    { title: 'an id of two lines', content: bad({ id: 'a\nb' }), path: '$.id', message: /one line/ },
    {
      title: 'an id of tocsin’s own',
      content: bad({ id: 'tocsin.late-events' }),
      path: '$.id',
      message: /tocsin's own/,
    },
    { title: 'a wrong type', content: bad({ tags: 'attack' }), path: '$.tags', message: /an array/ },
    {
      title: 'a duration in words',
      content: bad({ dedup: '5 minutes' }),
      path: '$.dedup',
      message: /no duration/,
    },
    {
      title: 'a window of no length',
      content: bad({ window: { type: 'event_count', timespan: '0s', condition: { gte: 1 } } }),
      path: '$.window.timespan',
      message: /longer than zero/,
    },
    {
      title: 'a window longer than a year',
      content: bad({ dedup: '400d' }),
      path: '$.dedup',
      message: /a year/,
    },
    {
      title: 'a window without comparison',
      content: bad({ window: { type: 'event_count', timespan: '5m', condition: {} } }),
      path: '$.window.condition',
      message: /needs a comparison/,
    },
    {
      title: 'a misspelt member of a spike',
      content: bad({ window: { type: 'spike', timespan: '5m', ratio: 2, minCurent: 3 } }),
      path: '$.window.minCurent',
      message: /unknown member/,
      hint: /"minCurrent"/,
    },
    {
      title: 'a flatline that forgets before it judges',
      content: bad({ window: { type: 'flatline', timespan: '5m', forgetAfter: '1m' } }),
      path: '$.window.forgetAfter',
      message: /longer than the timespan/,
    },
    {
      title: 'a ratio without numerator',
      content: bad({ window: { type: 'ratio', timespan: '5m', condition: { gte: 1 } } }),
      path: '$.window.numerator',
      message: /is missing/,
    },
    {
      title: 'a ratio that counts rules and names none',
      content: bad({
        window: { type: 'ratio', timespan: '5m', numerator: ['one'], condition: { gte: 1 } },
      }),
      path: '$.window.numerator',
      message: /the window names none/,
    },
    {
      title: 'a field that is never followed',
      content: bad({ window: { type: 'new_term', field: '__proto__', history: '5m' } }),
      path: '$.window.field',
      message: /never followed/,
    },
    {
      title: 'a misspelt window',
      content: bad({ window: { type: 'event_cout' } }),
      path: '$.window.type',
      message: /event_count/,
      hint: /"event_count"/,
    },
    {
      title: 'too many group fields',
      content: bad({ groupBy: Array.from({ length: 11 }, (_, index) => `f${index}`) }),
      path: '$.groupBy',
      message: /10/,
    },
    {
      title: 'a group field twice',
      content: bad({ groupBy: ['a', 'a'] }),
      path: '$.groupBy',
      message: /twice/,
    },
    {
      title: 'a group field that is never followed',
      content: bad({ groupBy: ['a.__proto__'] }),
      path: '$.groupBy[0]',
      message: /never followed/,
    },
    {
      title: 'an unknown action',
      content: bad({ remediation: [{ action: 'dney', target: { x: 1 } }] }),
      path: '$.remediation[0].action',
      message: /one of/,
      hint: /"deny"/,
    },
    {
      title: 'two targets',
      content: bad({ remediation: [{ action: 'deny', target: { x: 1, y: 2 } }] }),
      path: '$.remediation[0].target',
      message: /exactly one/,
    },
    {
      title: 'an exception without a reason',
      content: bad({ exceptions: [{ conditions }] }),
      path: '$.exceptions[0].reason',
      message: /missing/,
    },
    {
      title: 'an exception with a bad condition',
      content: bad({ exceptions: [{ conditions: { all: 5 }, reason: 'r' }] }),
      path: '$.exceptions[0].conditions.all',
      message: /array/,
    },
    {
      title: 'an exception that ends some day',
      content: bad({ exceptions: [{ conditions, reason: 'r', expires: 'soon' }] }),
      path: '$.exceptions[0].expires',
      message: /must be a date/,
    },
    {
      title: 'a test with too many events',
      content: bad({
        tests: [
          {
            name: 't',
            events: [
              { event: {}, repeat: 60_000 },
              { event: {}, repeat: 60_000 },
            ],
            expect: { incidents: 0 },
          },
        ],
      }),
      path: '$.tests[0]',
      message: /100000/,
    },
    {
      title: 'an engine rule without event type',
      content: { conditions, event: {} },
      path: '$.event.type',
      message: /missing/,
    },
    {
      title: 'JSON that is too deep',
      content: `{"id":"a","x":${'['.repeat(5_000)}${']'.repeat(5_000)}}`,
      path: '$',
      message: /nested deeper/,
    },
    {
      title: 'an unknown list',
      content: bad({ conditions: { all: [{ fact: 'a', operator: 'inList', value: 'our-scanners' }] } }),
      path: '$.conditions.all[0].value',
      message: /no list/,
    },
  ])('$title', ({ content, path, message, hint, line }) => {
    const loaded = load({ 'a.json': content, 'good.json': { id: 'good', conditions } });
    const [fault] = loaded.faults;
    expect(fault).toMatchObject({
      file: join(folder, 'a.json'),
      path,
      message: expect.stringMatching(message),
    });
    if (hint !== undefined) expect(fault?.hint).toMatch(hint);
    if (line !== undefined) expect(fault?.line).toBe(line);
    expect(ids(loaded)).toEqual(['good']);
  });

  test('all of all files at once', () => {
    const loaded = load({
      'a.json': bad({ severity: 5, dedup: 5, conditions: { any: [5] } }),
      'b.json': 'x',
      'c.yml': 'title: x',
      'd.json': [bad({}), bad({})],
    });
    expect(
      loaded.faults.map(({ file, path, ruleId }) => [file.slice(folder.length + 1), path, ruleId]),
    ).toEqual([
      ['a.json', '$.conditions.any[0]', 'bad'],
      ['a.json', '$.severity', 'bad'],
      ['a.json', '$.dedup', 'bad'],
      ['b.json', '$', undefined],
      ['c.yml', 'document 1 $.logsource', 'x'],
      ['c.yml', 'document 1 $.detection', 'x'],
      ['d.json', '$[1].id', 'bad'],
    ]);
    expect(loaded.faults.at(-1)?.message).toMatch(/taken by .*d\.json \$\[0\]/);
    expect(ids(loaded)).toEqual(['bad']);
  });
});
