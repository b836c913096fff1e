import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type LoadedRules, loadRules } from './rule-files.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-rules-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Writes files (texts as they are, anything else as JSON) and loads the folder. */
function load(files: Readonly<Record<string, unknown>>): LoadedRules {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(
      join(folder, name),
      typeof content === 'string' ? content : JSON.stringify(content, null, 2),
    );
  }
  return loadRules([folder]);
}

const ids = ({ rules }: LoadedRules): string[] => rules.map(({ rule }) => rule.id);
const conditions = { all: [{ fact: 'a', operator: 'equal', value: 1 }] };

/** The example of the rule language's reference. */
const example = {
  $schema: '../schemas/rule.schema.json',
  id: 'ssh-brute-force',
  title: 'SSH brute force from {{ source.ip }}',
  description: 'Many failed logins from one address.',
  severity: 'high',
  status: 'production',
  tags: ['attack.credential_access', 'attack.t1110'],
  references: ['https://attack.mitre.org/techniques/T1110/'],
  runbook: 'Check for a success from the same address.',
  falsePositives: ['A scanner of ours'],
  sources: ['auth'],
  conditions: {
    all: [
      { fact: 'event.outcome', operator: 'equal', value: 'failure' },
      { fact: 'source.ip', operator: 'not:inList', value: 'our-scanners' },
    ],
  },
  groupBy: ['source.ip'],
  window: { type: 'event_count', timespan: '5m', condition: { gte: 10 } },
  dedup: '1h',
  notify: ['soc'],
  remediation: [{ action: 'deny', target: { ipv4_net: '{{ source.ip }}' }, duration: '1h', mode: 'propose' }],
  tests: [
    {
      name: 'ten failures in five minutes',
      events: [
        { repeat: 10, every: '20s', event: { event: { outcome: 'failure' }, source: { ip: '203.0.113.7' } } },
      ],
      expect: { incidents: 1, group: { 'source.ip': '203.0.113.7' } },
    },
  ],
};

describe('a rule file', () => {
  test('gives the rule, durations in milliseconds, and its tests', () => {
    const { $schema: _, window: __, dedup: ___, remediation: ____, tests: _____, ...same } = example;
    const loaded = load({ 'a.json': example });
    expect(loaded.faults).toEqual([]);
    expect(loaded.rules).toEqual([
      {
        rule: {
          ...same,
          window: { type: 'event_count', timespanMs: 300_000, condition: { gte: 10 }, reset: false },
          dedupMs: 3_600_000,
          remediation: [
            {
              action: 'deny',
              target: { ipv4_net: '{{ source.ip }}' },
              durationMs: 3_600_000,
              mode: 'propose',
            },
          ],
          exceptions: [],
          missingGroup: 'null',
          alert: true,
          hash: expect.stringMatching(/^[0-9a-f]{16}$/),
          origin: { file: join(folder, 'a.json'), path: '$' },
        },
        tests: [
          {
            name: 'ten failures in five minutes',
            events: [{ repeat: 10, everyMs: 20_000, event: example.tests[0]?.events[0]?.event }],
            expect: { incidents: 1, group: { 'source.ip': '203.0.113.7' } },
          },
        ],
      },
    ]);
  });

  test('may be as short as an id and conditions', () => {
    const [loaded] = load({ 'a.json': { id: 'a', conditions } }).rules;
    expect(loaded?.rule).toMatchObject({
      title: 'a',
      severity: 'medium',
      status: 'production',
      dedupMs: 3_600_000,
      groupBy: [],
    });
    expect(loaded?.rule).not.toHaveProperty('window');
    expect(loaded?.rule).not.toHaveProperty('sources');
  });

  test('may be an array, and may begin with a byte order mark', () => {
    const loaded = load({
      'a.json': `\u{FEFF}${JSON.stringify([
        { id: 'a', conditions },
        { id: 'b', conditions },
      ])}`,
    });
    expect(ids(loaded)).toEqual(['a', 'b']);
    expect(loaded.rules[1]?.rule.origin.path).toBe('$[1]');
  });

  test("may be json-rules-engine's as it stands", () => {
    const loaded = load({
      'a.json': [
        {
          conditions,
          event: { type: 'fouledOut', params: { message: 'Player has fouled out!', severity: 'low' } },
          name: 'Foul rule',
          priority: 10,
        },
        { conditions, event: { type: 'fouledOut' }, priority: '2' },
        { conditions, event: { type: 'fouledOut' }, onSuccess: null },
      ],
    });
    expect(loaded.faults).toEqual([]);
    expect(loaded.rules.map(({ rule }) => [rule.id, rule.severity, rule.description])).toEqual([
      ['Foul rule', 'low', 'Player has fouled out!'],
      ['fouledOut', 'medium', ''],
      ['fouledOut#2', 'medium', ''],
    ]);
  });

  test("may emit what json-rules-engine's would, with facts in its params", () => {
    const event = (params: object): object => ({ type: 'x', params });
    const { rules, faults } = load({
      'a.json': [
        { name: 'plain', conditions, event: event({ title: { fact: 'user.name' }, n: 1 }) },
        { name: 'inner', conditions, event: event({ title: { fact: 'user', path: '$.name' } }) },
        { name: 'beyond', conditions, event: event({ title: { fact: 'user', path: '$.names[0]' } }) },
        { name: 'refused', conditions, event: event({ who: { fact: 'user', path: '$[?(@.a)]' } }) },
      ],
    });
    expect(rules.map(({ rule }) => [rule.title, rule.event])).toEqual([
      ['{{ user.name }}', event({ title: { fact: 'user.name' }, n: 1 })],
      ['{{ user.name }}', event({ title: { fact: 'user', path: '$.name' } })],
      ['beyond', event({ title: { fact: 'user', path: '$.names[0]' } })],
    ]);
    expect(faults).toMatchObject([
      { path: '$[3].event.params.who.path', message: 'filter and script expressions are not evaluated' },
    ]);
  });

  test('may name conditions for rules of any file', () => {
    const loaded = load({
      'shared.json': {
        namedConditions: { 'is-root': { any: [{ fact: 'user', operator: 'equal', value: 'root' }] } },
        rules: [{ id: 'a', conditions }],
      },
      'b.json': {
        id: 'b',
        conditions: { all: [{ condition: 'is-root' }, { not: { condition: 'is-root', priority: 2 } }] },
      },
      'c.json': { id: 'c', conditions: { condition: 'is-rot' } },
    });
    const inlined = { any: [{ fact: 'user', operator: 'equal', value: 'root' }] };
    expect(loaded.rules.map(({ rule }) => rule.conditions)).toEqual([
      { all: [{ all: [inlined] }, { not: { priority: 2, all: [inlined] } }] },
      conditions,
    ]);
    expect(loaded.faults).toMatchObject([
      { path: '$.conditions.condition', hint: 'did you mean "is-root"?' },
    ]);
  });

  test('keeps drafts apart', () => {
    const loaded = load({
      'a.json': { id: 'a', conditions, status: 'draft' },
      'b.json': { id: 'b', conditions, status: 'shadow' },
    });
    expect([ids(loaded), loaded.drafts.map(({ rule }) => rule.id)]).toEqual([['b'], ['a']]);
  });
});

describe('folders', () => {
  test('are read whole, by name, without what begins with a dot or is no rule file', () => {
    const files = {
      'b/z.json': { id: 'z', conditions },
      'a.json': { id: 'a', conditions },
      'b/c/y.json': { id: 'y', conditions },
    };
    const loaded = load({ ...files, '.git/x.json': 'x', 'b/.x.json': 'x', 'README.md': 'x' });
    expect([ids(loaded), loaded.faults]).toEqual([['a', 'y', 'z'], []]);
  });

  test('linked to themselves end', () => {
    symlinkSync(folder, join(folder, 'again'));
    expect(ids(load({ 'a.json': { id: 'a', conditions } }))).toEqual(['a']);
  });

  test('and files that are not there, or are named twice, are no trouble', () => {
    load({ 'a.json': { id: 'a', conditions }, 'empty/x.txt': '' });
    const loaded = loadRules([join(folder, 'a.json'), folder, join(folder, 'nope'), join(folder, 'empty')]);
    expect(ids(loaded)).toEqual(['a']);
    expect(loaded.faults).toMatchObject([
      { message: 'there is no such file or folder' },
      { message: 'there is no rule file in this folder' },
    ]);
  });
});
