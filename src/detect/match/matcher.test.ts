import { describe, expect, test } from 'vitest';
import type { LogEvent } from '../../shared/model/log-event.ts';
import type { Rule } from '../../shared/model/rule.ts';
import { compileMatcher } from './matcher.ts';

const is = (fact: string, value: unknown): object => ({ all: [{ fact, operator: 'equal', value }] });

const rule = (id: string, more: Partial<Rule> = {}): Rule => ({
  id,
  title: id,
  description: '',
  severity: 'medium',
  status: 'production',
  tags: [],
  references: [],
  runbook: '',
  falsePositives: [],
  conditions: is('a', 1),
  exceptions: [],
  groupBy: [],
  missingGroup: 'null',
  dedupMs: 0,
  notify: [],
  remediation: [],
  alert: true,
  hash: id,
  origin: { file: 'test', path: '$' },
  ...more,
});

const event = (fields: Readonly<Record<string, unknown>>, more: Partial<LogEvent> = {}): LogEvent => ({
  fields,
  timeMs: 1_000,
  timeOrigin: 'field',
  source: 'auth',
  position: { topic: 't', partition: 0, offset: 0, index: 0 },
  weight: 1,
  ...more,
});

/** Rule ids that match, and what was reported meanwhile. */
function matchAll(rules: readonly Rule[], at: LogEvent): { ids: string[]; reports: string[] } {
  const reports: string[] = [];
  const { matcher, faults } = compileMatcher(rules, {
    onError: (ruleId, error) => reports.push(`${ruleId} ${error instanceof Error ? error.name : '?'}`),
    onMissingGroup: (ruleId) => reports.push(`${ruleId} group`),
  });
  expect(faults).toEqual([]);
  return { ids: matcher.match(at).map((match) => match.ruleId), reports };
}

describe('the matcher', () => {
  test('gives the matching rules in their order, each with group and event', () => {
    const { matcher } = compileMatcher([
      rule('b', { groupBy: ['user.name'] }),
      rule('a'),
      rule('c', { conditions: is('a', 2) }),
    ]);
    const at = event({ a: 1, user: { name: 'alice' } });
    expect(matcher.match(at)).toEqual([
      { ruleId: 'b', group: { key: '["alice"]', values: { 'user.name': 'alice' } }, event: at },
      { ruleId: 'a', group: { key: '[]', values: {} }, event: at },
    ]);
  });

  test('makes nothing new where nothing matches', () => {
    const { matcher } = compileMatcher([rule('a')]);
    expect(matcher.match(event({}))).toBe(matcher.match(event({ a: 2 })));
  });

  test.each([
    { source: 'auth', ids: ['any', 'auth', 'both'] },
    { source: 'web', ids: ['any', 'both'] },
    { source: 'other', ids: ['any'] },
    { source: '__proto__', ids: ['any'] },
  ])('tries on $source the rules that read it', ({ source, ids }) => {
    const rules = [
      rule('any'),
      rule('auth', { sources: ['auth'] }),
      rule('both', { sources: ['web', 'auth'] }),
    ];
    expect(matchAll(rules, event({ a: 1 }, { source })).ids).toEqual(ids);
  });

  test.each([
    {
      title: 'excludes what it names',
      exception: { conditions: is('b', 1), reason: 'r' },
      fields: { a: 1, b: 1 },
      ids: [],
    },
    {
      title: 'excludes nothing else',
      exception: { conditions: is('b', 1), reason: 'r' },
      fields: { a: 1, b: 2 },
      ids: ['r'],
    },
    {
      title: 'holds before its expiry',
      exception: { conditions: is('b', 1), reason: 'r', expiresAtMs: 1_001 },
      fields: { a: 1, b: 1 },
      ids: [],
    },
    {
      title: 'no longer holds at its expiry',
      exception: { conditions: is('b', 1), reason: 'r', expiresAtMs: 1_000 },
      fields: { a: 1, b: 1 },
      ids: ['r'],
    },
  ])('an exception $title', ({ exception, fields, ids }) => {
    expect(matchAll([rule('r', { exceptions: [exception] })], event(fields)).ids).toEqual(ids);
  });

  test('a condition that throws does not match, is counted, and stops no other rule', () => {
    const throws = rule('t', { conditions: { all: [{ fact: 'a', operator: 'in', value: 5 }] } });
    expect(matchAll([throws, rule('fine')], event({ a: 1 }))).toEqual({
      ids: ['fine'],
      reports: ['t TypeError'],
    });
  });

  test('a value that cannot be converted is no way to stop the stream', () => {
    const order = rule('o', { conditions: { not: { fact: 'a', operator: 'lessThan', value: 5 } } });
    const hostile = event(JSON.parse('{"a": {"toString": 1, "valueOf": 2}}') as Record<string, unknown>);
    expect(matchAll([order], hostile)).toEqual({ ids: [], reports: ['o TypeError'] });
  });

  test('an exception that throws excludes nothing, and is counted', () => {
    const exceptions = [{ conditions: { all: [{ fact: 'a', operator: 'in', value: 5 }] }, reason: 'r' }];
    expect(matchAll([rule('r', { exceptions })], event({ a: 1 }))).toEqual({
      ids: ['r'],
      reports: ['r TypeError'],
    });
  });

  test('an event without a field of the group is left out, and counted, where the rule says so', () => {
    const rules = [rule('skip', { groupBy: ['b'], missingGroup: 'skip' }), rule('null', { groupBy: ['b'] })];
    expect(matchAll(rules, event({ a: 1 }))).toEqual({ ids: ['null'], reports: ['skip group'] });
  });

  test('a faulty rule is left out and reported, the others work', () => {
    const bad = rule('bad', {
      conditions: { all: [{ fact: 'a', operator: 'equl', value: 1 }] },
      exceptions: [{ conditions: { any: 5 }, reason: 'r' }],
    });
    const { matcher, faults } = compileMatcher([bad, rule('good')]);
    expect(faults).toMatchObject([
      { ruleId: 'bad', path: '$.conditions.all[0].operator' },
      { ruleId: 'bad', path: '$.exceptions[0].conditions.any' },
    ]);
    expect(matcher.match(event({ a: 1 })).map((match) => match.ruleId)).toEqual(['good']);
  });
});
