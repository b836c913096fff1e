import { describe, expect, test } from 'vitest';
import { linkRules } from '../../src/config/link-rules.ts';
import { loadSigma } from '../../src/config/sigma-files.ts';
import { compileMatcher } from '../../src/detect/match/matcher.ts';
import type { LogEvent } from '../../src/shared/model/log-event.ts';

const rule = (id: string, selection: string, logsource = 'product: windows'): string =>
  `title: ${id}\nid: ${id}\nname: name-${id}\nlogsource: { ${logsource} }\ndetection: { sel: { ${selection} }, condition: sel }`;
const filter = (rules: string, condition = 'not sel', logsource = 'product: windows'): string =>
  `title: Filter\nlogsource: { ${logsource} }\nfilter: { rules: ${rules}, sel: { user: admin }, condition: ${condition} }`;
const correlation = (body: string, members = ''): string =>
  `title: Correlation\nid: corr\nlevel: high\n${members}correlation: { ${body} }`;

function load(...documents: readonly string[]) {
  const { loaded, faults, spokenFor } = loadSigma([{ file: 'x.yml', text: documents.join('\n---\n') }]);
  const all = [...faults];
  return { loaded: linkRules(loaded, { faults: all, spokenFor }), faults: all };
}

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
    expect(firing([rule('a', 'x: 1'), correlation(aliased)], { x: 1, user: 'u' })).toEqual([
      'a',
      'corr["u"]',
    ]);
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

  const named = (type: string, more: string): string =>
    correlation(`type: ${type}, group-by: [user], timespan: 5m, ${more}`);
  const twoRules = [rule('a', 'x: 1'), rule('b', 'y: 1')];

  test('of correlations hears of their firings', () => {
    const other = correlation(counting.replace('[a]', '[corr]')).replace('id: corr', 'id: chain');
    const { loaded, faults } = load(rule('a', 'x: 1'), correlation(counting), other);
    expect(faults).toEqual([]);
    expect(loaded.map(({ rule: each }) => [each.id, each.alert])).toEqual([
      ['a', false],
      ['corr', false],
      ['chain', true],
    ]);
    expect(loaded[2]?.rule.window).toMatchObject({ type: 'event_count', rules: ['corr'] });
  });

  test.each<[string, object]>([
    [named('temporal', 'rules: [a, name-b]'), { sequences: [{ all: [0, 1], none: [] }] }],
    [
      named('temporal', 'rules: [a, name-b], condition: { gte: 1 }'),
      { sequences: [], condition: { gte: 1 } },
    ],
    [
      named('temporal', 'condition: name-a and not name-b'),
      { sequences: [{ all: [0], none: [1] }], expression: 'a and not b' },
    ],
    [
      named('temporal', 'rules: [b, a], condition: (a or b)'),
      {
        sequences: [
          { all: [0], none: [] },
          { all: [1], none: [] },
        ],
      },
    ],
    [
      named('temporal_ordered', 'rules: [a, name-a, b]'),
      { rules: ['a', 'b'], sequences: [{ all: [0, 0, 1], none: [] }] },
    ],
    [
      named('temporal_ordered', 'rules: [a, b, a], condition: { gte: 2 }'),
      {
        sequences: [
          { all: [0, 1], none: [] },
          { all: [0, 0], none: [] },
          { all: [1, 0], none: [] },
        ],
      },
    ],
    ...['eq: 2', 'gte: 2, lte: 2', 'gt: 1, lt: 3', 'gte: 2, neq: 1', 'gt: 1.5'].map(
      (condition): [string, object] => [
        named('temporal_ordered', `rules: [b, a], condition: { ${condition} }`),
        { sequences: [{ all: [0, 1], none: [] }] },
      ],
    ),
    [
      named('temporal', 'rules: [a, b], aliases: { user: { name-a: from, b: to } }'),
      { aliases: { user: { a: 'from', b: 'to' } } },
    ],
  ])('%s loads', (document, window) => {
    const { loaded, faults } = load(...twoRules, document);
    expect(faults).toEqual([]);
    expect(loaded[2]?.rule.window).toMatchObject(window);
  });

  test.each<[string, string]>([
    [named('temporal', 'condition: a and c'), 'there is no rule "c"'],
    [named('temporal', 'rules: [a, b], condition: a'), 'is not in the condition'],
    [named('temporal', 'rules: [a], condition: a and b'), 'names "b", which is not among the rules'],
    [named('temporal', 'condition: a and'), 'ends where a rule should follow'],
    [
      named('temporal', 'condition: not a'),
      'can hold where nothing matches (not a): name what must match too',
    ],
    [named('event_count', 'rules: [a], condition: { field: b, gte: 1 }'), '"event_count" takes no field'],
    [
      named('value_median', 'rules: [a], condition: { field: b, percentile: 9, gte: 1 }'),
      '"value_median" takes no percentile',
    ],
    [named('value_sum', 'rules: [a], condition: { gte: 1 }'), '"value_sum" needs a field'],
    [
      named('value_percentile', 'rules: [a], condition: { field: b, gte: 1 }'),
      '"value_percentile" needs a percentile, 0 to 100',
    ],
    [named('temporal', 'rules: [corr]'), 'leads back to itself: "corr" names "corr"'],
    [
      named('temporal', 'rules: [a, b], aliases: { user: { a: from } }'),
      'does not say what it is called in rule "b"',
    ],
    [named('temporal', 'rules: [a, b], aliases: { who: { c: from } }'), 'there is no rule "c"'],
    ...['lt: 2', 'eq: 1', 'lte: 2', 'gte: 1, lt: 2', 'gte: 1, neq: 2'].map((condition): [string, string] => [
      named('temporal_ordered', `rules: [a, b], condition: { ${condition} }`),
      'in order, takes a least number of rules: {"gte": 2}',
    ]),
    [named('temporal_ordered', 'rules: [a, b], condition: { gte: 3 }'), 'can never hold: there are 2 steps'],
  ])('%s is refused', (document, message) => {
    const { loaded, faults } = load(...twoRules, document);
    expect(faults.map((fault) => fault.message)).toContain(message);
    // Nothing speaks for the rules now, so they go on speaking for themselves.
    expect(loaded.map(({ rule: each }) => [each.id, each.alert])).toEqual([
      ['a', true],
      ['b', true],
    ]);
  });

  test.each(['correlation', 'filter'])('a detection in a %s is not passed over', (kind) => {
    const body =
      kind === 'filter'
        ? '{ rules: any, s: { a: 1 }, condition: s }'
        : '{ type: temporal, rules: [a, b], timespan: 5m }';
    const document = `title: x\nlogsource: { product: x }\n${kind}: ${body}\ndetection: { s: { a: 1 }, condition: s }`;
    const { faults } = load(...twoRules, document);
    expect(faults).toMatchObject([{ message: `has no place in a ${kind}` }]);
  });

  test('of correlations needs the fields by which those group', () => {
    const other = correlation(counting.replace('[a]', '[corr]').replace('[user]', '[host]'));
    const { faults } = load(rule('a', 'x: 1'), correlation(counting), other.replace('id: corr', 'id: chain'));
    expect(faults).toMatchObject([
      {
        ruleId: 'chain',
        path: 'document 3 $.correlation.group-by[0]',
        message: 'rule "corr" does not group by "host", so its firings lack it',
        hint: 'there are: user',
      },
    ]);
  });
});
