import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type LoadedRules, loadRules } from './rule-files.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-rules-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function load(...rules: readonly object[]): LoadedRules {
  writeFileSync(join(folder, 'rules.json'), JSON.stringify(rules));
  return loadRules([folder]);
}

const conditions = { all: [{ fact: 'a', operator: 'equal', value: 1 }] };
const plain = (id: string, more: object = {}): object => ({ id, conditions, ...more });
const counting = (id: string, more: object = {}): object =>
  plain(id, {
    groupBy: ['user', 'host'],
    window: { type: 'event_count', timespan: '5m', condition: { gte: 3 } },
    ...more,
  });
const together = (window: object, more: object = {}): object => ({
  id: 'both',
  groupBy: ['user'],
  window: { type: 'temporal', timespan: '5m', ...window },
  ...more,
});

const ruleOf = ({ rules }: LoadedRules, id: string) => rules.find(({ rule }) => rule.id === id)?.rule;

describe('a rule that names others', () => {
  test('loads without conditions, wherever the others stand', () => {
    const loaded = load(together({ rules: ['one', 'two'] }), plain('one'), counting('two'));
    expect(loaded.faults).toEqual([]);
    expect(ruleOf(loaded, 'both')).toMatchObject({
      conditions: null,
      window: { type: 'temporal', rules: ['one', 'two'], sequences: [{ all: [0, 1], none: [] }] },
    });
  });

  test.each([
    [
      together({ condition: 'one and not two' }),
      { rules: ['one', 'two'], sequences: [{ all: [0], none: [1] }] },
    ],
    [together({ rules: ['one', 'two'], condition: { gte: 1 } }), { condition: { gte: 1 }, sequences: [] }],
    [
      together({ type: 'temporal_ordered', rules: ['one', 'one', 'two'], reset: true }),
      { rules: ['one', 'two'], sequences: [{ all: [0, 0, 1], none: [] }], reset: true },
    ],
    [
      together({ type: 'temporal_ordered', condition: 'two and one and two' }),
      { rules: ['two', 'one'], sequences: [{ all: [0, 1, 0], none: [] }] },
    ],
    [together({ type: 'event_count', rules: ['one'], condition: { gte: 2 } }), { rules: ['one'] }],
    [
      together({ type: 'value_sum', rules: ['one'], field: 'bytes', condition: { gte: 2 } }),
      { rules: ['one'], field: 'bytes' },
    ],
    [
      together({ type: 'ratio', rules: ['one', 'two'], numerator: ['two'], condition: { gte: 0.5 } }),
      { rules: ['one', 'two'], numerator: ['two'] },
    ],
  ])('%j', (rule, window) => {
    const loaded = load(rule, plain('one'), counting('two'));
    expect(loaded.faults).toEqual([]);
    expect(ruleOf(loaded, 'both')?.window).toMatchObject(window);
  });

  test('reads all the sources that they read', () => {
    const sources = (a?: string[], b?: string[]): readonly string[] | undefined =>
      ruleOf(
        load(
          together({ rules: ['one', 'two'] }),
          plain('one', a && { sources: a }),
          counting('two', b && { sources: b }),
        ),
        'both',
      )?.sources;
    expect(sources(['auth', 'vpn'], ['vpn', 'dns'])).toEqual(['auth', 'vpn', 'dns']);
    expect(sources(['auth'])).toBeUndefined();
  });

  test('means something else when what they find changes, also by way of others', () => {
    const top = { ...together({ type: 'event_count', rules: ['both'], condition: { gte: 2 } }), id: 'top' };
    const hashes = (more: object): unknown[] => {
      const loaded = load(top, together({ rules: ['one', 'two'] }), plain('one'), counting('two', more));
      return ['top', 'both', 'one'].map((id) => ruleOf(loaded, id)?.hash);
    };
    const before = hashes({});
    expect(hashes({ title: 'Another title' })).toEqual(before);
    const after = hashes({ exceptions: [{ conditions, reason: 'ours' }] });
    expect(after.map((hash, at) => hash === before[at])).toEqual([false, false, true]);
    const silent = hashes({ alert: false });
    expect(silent.map((hash, at) => hash === before[at])).toEqual([false, false, true]);
  });

  test.each([
    [
      together({ rules: ['one', 'tow'] }),
      '$[0].window.rules[1]',
      'there is no rule "tow" (did you mean "two"?)',
    ],
    [
      together({ rules: ['one', 'later'] }),
      '$[0].window.rules[1]',
      'rule "later" is a draft, and not loaded',
    ],
    [
      together({ rules: ['one', 'bad'] }),
      '$[0].window.rules[1]',
      'rule "bad" is not loaded, because of its own faults',
    ],
    [
      together({ type: 'ratio', rules: ['one', 'two'], numerator: ['tow'], condition: { gte: 0.5 } }),
      '$[0].window.numerator',
      '"tow" is not among the rules',
    ],
    [
      together({ type: 'ratio', rules: ['one'], numerator: conditions, condition: { gte: 0.5 } }),
      '$[0].window.numerator',
      'must be a list: those of the rules whose matches count',
    ],
    [together({ rules: ['both'] }), '$[0].window.rules[0]', 'leads back to itself: "both" names "both"'],
    [
      together({ rules: ['two'] }, { groupBy: ['port'] }),
      '$[0].groupBy[0]',
      'rule "two" does not group by "port", so its firings lack it (there are: user, host)',
    ],
    [
      together({ type: 'value_count', rules: ['two'], field: 'port', condition: { gte: 2 } }),
      '$[0].window.field',
      'rule "two" does not group by "port", so its firings lack it (there are: user, host)',
    ],
    [
      together({ rules: ['one', 'two'], aliases: { user: { one: 'u' } } }),
      '$[0].window.aliases.user',
      'does not say what it is called in rule "two"',
    ],
    [
      together({ rules: ['one'], aliases: { user: { one: 'u', tow: 'v' } } }),
      '$[0].window.aliases.user',
      'rule "tow" is not among the rules',
    ],
    [
      together({ rules: ['one'], aliases: { who: { one: 'u' } } }),
      '$[0].window.aliases.who',
      'is neither in groupBy nor a field of the window',
    ],
    [
      together({ rules: ['one', 'one'] }),
      '$[0].window.rules[1]',
      'names "one" twice, which says nothing in any order',
    ],
    [
      together({ type: 'event_count', rules: ['one', 'one'], condition: { gte: 2 } }),
      '$[0].window.rules',
      'names a rule twice',
    ],
    [together({}), '$[0].window.rules', 'is missing: name rules, or write a condition over them'],
    [together({ condition: 'one and' }), '$[0].window.condition', 'ends where a rule should follow'],
    [
      together({ rules: ['one'] }, { conditions }),
      '$[0].conditions',
      'belongs to the rules that the window names',
    ],
    [
      together({ rules: ['one'] }, { sources: ['auth'] }),
      '$[0].sources',
      'belongs to the rules that the window names',
    ],
    [
      counting('both', {
        window: { type: 'event_count', timespan: '1m', condition: { gte: 1 }, aliases: {} },
      }),
      '$[0].window.aliases',
      'says what fields are called in rules, and the window names none',
    ],
  ])('%j is refused', (rule, path, message) => {
    const { rules, faults } = load(
      rule,
      plain('one'),
      counting('two'),
      plain('later', { status: 'draft' }),
      plain('bad', { severity: 5 }),
    );
    const mine = faults.filter(({ ruleId }) => ruleId === 'both');
    expect(
      mine.map((fault) => `${fault.path}: ${fault.message}${fault.hint ? ` (${fault.hint})` : ''}`),
    ).toContain(`${path}: ${message}`);
    expect(rules.map((each) => each.rule.id)).toEqual(['one', 'two']);
  });

  test('in a ring with others is refused, and so are they', () => {
    const ring = (id: string, other: string): object => ({ ...together({ rules: [other] }), id });
    const { rules, faults } = load(ring('a', 'b'), ring('b', 'c'), ring('c', 'a'), plain('one'));
    expect(faults.map(({ ruleId, message }) => [ruleId, message])).toContainEqual([
      'c',
      'leads back to itself: "a" names "b" names "c" names "a"',
    ]);
    expect(rules.map((each) => each.rule.id)).toEqual(['one']);
  });

  test('that is a draft may name drafts', () => {
    const { drafts, faults } = load(
      together({ rules: ['one', 'later'] }, { status: 'draft' }),
      plain('one'),
      plain('later', { status: 'draft' }),
    );
    expect(faults).toEqual([]);
    expect(drafts.map((each) => each.rule.id)).toEqual(['both', 'later']);
  });
});
