import { describe, expect, test } from 'vitest';
import { loadSigma } from '../../src/config/sigma-files.ts';
import { compileMatcher } from '../../src/detect/match/matcher.ts';
import type { LogEvent } from '../../src/shared/model/log-event.ts';

const rule = (id: string, selection: string, logsource = 'product: windows'): string =>
  `title: ${id}\nid: ${id}\nname: name-${id}\nlogsource: { ${logsource} }\ndetection: { sel: { ${selection} }, condition: sel }`;
const filter = (rules: string, condition = 'not sel', logsource = 'product: windows'): string =>
  `title: Filter\nlogsource: { ${logsource} }\nfilter: { rules: ${rules}, sel: { user: admin }, condition: ${condition} }`;
const correlation = (body: string, members = ''): string =>
  `title: Correlation\nid: corr\nlevel: high\n${members}correlation: { ${body} }`;

const load = (...documents: readonly string[]) =>
  loadSigma([{ file: 'x.yml', text: documents.join('\n---\n') }]);

function firing(documents: readonly string[], fields: LogEvent['fields']): string[] {
  const { loaded, faults } = load(...documents);
  expect(faults).toEqual([]);
  const { matcher } = compileMatcher(loaded.map((each) => each.rule));
  const position = { topic: 't', partition: 0, offset: 0, index: 0 };
  const event: LogEvent = { fields, timeMs: 0, timeOrigin: 'record', source: 's', position, weight: 1 };
  return matcher.match(event).map(({ ruleId, group }) => `${ruleId}${group.key === '[]' ? '' : group.key}`);
}

describe('a filter', () => {
  const rules = [rule('a', 'x: 1'), rule('b', 'x: 1'), rule('l', 'x: 1', 'product: linux')];

  test.each([
    { rules: '[a]', admin: ['b', 'l'] },
    { rules: '[name-a, b]', admin: ['l'] },
    { rules: 'a', admin: ['b', 'l'] },
    { rules: 'any', admin: ['l'] },
    { rules: '[]', admin: ['l'] },
  ])('that names $rules', ({ rules: named, admin }) => {
    const documents = [...rules, filter(named)];
    expect(firing(documents, { x: 1, user: 'guest' })).toEqual(['a', 'b', 'l']);
    expect(firing(documents, { x: 1, user: 'ADMIN' })).toEqual(admin);
  });

  test('has selections of its own, whatever the rule calls its', () => {
    expect(firing([rule('a', 'x: 1'), filter('[a]', 'sel')], { x: 1, user: 'admin' })).toEqual(['a']);
    expect(firing([rule('a', 'x: 1'), filter('[a]', 'sel')], { x: 1 })).toEqual([]);
    expect(firing([rule('a', 'x: 1'), filter('[a]', 'not 1 of them')], { x: 1, user: 'admin' })).toEqual([]);
  });

  test.each([
    { documents: [rule('a', 'x: 1'), filter('[aa]')], message: 'there is no rule "aa"' },
    {
      documents: [rule('a', 'x: 1'), filter('[a]', 'not sel', 'product: linux')],
      message: 'the log source does not cover that of rule "a"',
    },
    { documents: [filter('{a: b}')], message: 'must be a list of ids or names, or "any"' },
    { documents: [filter('any').replace('rules: any, ', '')], message: 'is missing' },
    { documents: [filter('any', 'not other')], message: 'there is no selection "other"' },
  ])('is refused: $message', ({ documents, message }) => {
    expect(load(...documents).faults.map((fault) => fault.message)).toEqual([message]);
  });
});

describe('a correlation', () => {
  const counting = 'type: event_count, rules: [a], group-by: [user], timespan: 5m, condition: { gte: 10 }';

  test('is a rule with a window over the matches of those it names', () => {
    const { loaded, faults } = load(rule('a', 'x: 1'), correlation(counting));
    expect(faults).toEqual([]);
    expect(loaded.map(({ rule: each }) => [each.id, each.alert])).toEqual([
      ['a', false],
      ['corr', true],
    ]);
    expect(loaded[1]?.rule).toMatchObject({
      severity: 'high',
      groupBy: ['user'],
      window: { type: 'event_count', timespanMs: 300_000, condition: { gte: 10 }, reset: false },
    });
    expect(firing([rule('a', 'x: 1'), correlation(counting)], { x: 1, user: 'u' })).toEqual([
      'a',
      'corr["u"]',
    ]);
  });

  test('counts the events of any of several rules, filters applied', () => {
    const documents = [
      rule('a', 'x: 1'),
      rule('b', 'y: 1'),
      filter('[b]'),
      correlation(counting.replace('[a]', '[a, name-b]')),
    ];
    expect(firing(documents, { y: 1, user: 'u' })).toEqual(['b', 'corr["u"]']);
    expect(firing(documents, { y: 1, user: 'admin' })).toEqual([]);
    expect(firing(documents, { x: 1 })).toEqual(['a', 'corr[null]']);
  });

  test('leaves the rules it names alerting where it says so', () => {
    for (const documents of [
      [rule('a', 'x: 1'), correlation(counting, 'generate: true\n')],
      [rule('a', 'x: 1'), correlation(`${counting}, generate: true`)],
    ])
      expect(load(...documents).loaded[0]?.rule.alert).toBe(true);
  });

  test('groups by the field an alias stands for', () => {
    const aliased = counting
      .replace('[user]', '[who]')
      .replace('timespan', 'aliases: { who: { a: user } }, timespan');
    expect(load(rule('a', 'x: 1'), correlation(aliased)).loaded[1]?.rule.groupBy).toEqual(['user']);
  });

  test.each([
    ['30s', 30_000],
    ['1h', 3_600_000],
    ['2d', 172_800_000],
    ['1w', 604_800_000],
    ['1M', 2_629_746_000],
    ['1y', 31_556_952_000],
  ])('of %s spans %i ms', (timespan, timespanMs) => {
    const { loaded } = load(rule('a', 'x: 1'), correlation(counting.replace('5m', timespan)));
    expect(loaded[1]?.rule.window).toMatchObject({ timespanMs });
  });

  test('takes a range', () => {
    const { loaded } = load(rule('a', 'x: 1'), correlation(counting.replace('gte: 10', 'gt: 100, lte: 200')));
    expect(loaded[1]?.rule.window).toMatchObject({ condition: { gt: 100, lte: 200 } });
  });

  test.each([
    [counting.replace('[a]', '[b]'), 'there is no rule "b"'],
    [counting.replace('event_count', 'event_cuont'), 'correlation type "event_cuont" is not known'],
    [counting.replace('event_count', 'temporal'), 'correlation type "temporal" is not supported yet'],
    [counting.replace('5m', '5'), '"5" is no timespan'],
    [counting.replace('5m', '0m'), '"0m" is no timespan'],
    [counting.replace('gte: 10', 'gte: many'), 'must be a number'],
    [counting.replace('gte: 10', 'get: 10'), 'unknown member "get"'],
    [counting.replace('gte: 10', 'field: x'), 'needs a comparison: gte: 10'],
    [counting.replace('gte: 10', 'gt: 1, lt: 5, neq: 3'), 'takes one comparison, or two that form a range'],
    [counting.replace('{ gte: 10 }', 'a and b'), 'an expression over rules is for the temporal types only'],
    [counting.replace('event_count', 'value_count'), '"value_count" needs a field'],
    [counting.replace('group-by', 'groupby'), 'unknown member "groupby"'],
    [counting.replace('rules: [a], ', ''), 'is missing'],
  ])('%s is refused', (body, message) => {
    const { loaded, faults } = load(rule('a', 'x: 1'), correlation(body));
    expect(faults.map((fault) => fault.message)).toContain(message);
    // Nothing speaks for the rule now, so it goes on speaking for itself.
    expect(loaded.map(({ rule: each }) => [each.id, each.alert])).toEqual([['a', true]]);
  });

  test('of correlations is refused by name', () => {
    const other = correlation(counting.replace('[a]', '[corr]')).replace('id: corr', 'id: chain');
    const { faults } = load(rule('a', 'x: 1'), correlation(counting), other);
    expect(faults.map((fault) => fault.message)).toEqual([
      'a correlation of correlations is not supported yet',
    ]);
  });
});
