import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  conditionTree,
  eventFields,
  moduleOperators,
} from '../../../../test/support/condition-arbitraries.ts';
import { compileParsed } from '../compile-condition.ts';
import type { ConditionNode } from '../condition-node.ts';
import { createLists } from '../lists.ts';
import { createOperatorTable } from '../operator-table.ts';
import { parseCondition } from '../parse-condition.ts';
import { ColumnIndex } from './column-index.ts';

const leaf = (operator: string, value: unknown, fact = 'a'): object => ({ fact, operator, value });

const lists = createLists({ ours: ['10.0.0.0/8', 'Nessus', '5'], theirs: ['192.0.2.1'] });
const context = { operators: createOperatorTable({ operators: moduleOperators, lists }) };

/** Networks and lists, in groups of two, under any decorators that they take. */
const lookUp = fc
  .record({
    decorators: fc.constantFrom('', '', 'not:', 'not:not:', 'ignoreCase:', 'someFact:', 'not:everyFact:'),
    operator: fc.constantFrom('cidr', 'someValue:cidr', 'everyValue:cidr', 'inList', 'someValue:inList'),
    network: fc.constantFrom('10.0.0.0/8', '10.1.0.0/16', '0.0.0.0/0', '2001:db8::/32'),
    list: fc.constantFrom('ours', 'theirs'),
  })
  .map(({ decorators, operator, network, list }) => {
    const value = operator.endsWith('inList') ? list : network;
    const isEach = operator.includes('Value:');
    return leaf(
      `${decorators}${operator}`,
      isEach ? [value, operator.endsWith('inList') ? 'ours' : '10.1.2.0/24'] : value,
    );
  });
const lookUpTree = fc
  .record({
    kind: fc.constantFrom('all', 'any'),
    leaves: fc.array(lookUp, { maxLength: 3 }),
    isNegated: fc.boolean(),
  })
  .map(({ kind, leaves, isNegated }) => (isNegated ? { not: { [kind]: leaves } } : { [kind]: leaves }));

const looked = fc.constantFrom<unknown>(
  ...[
    '10.1.2.3',
    '10.200.0.1',
    '192.0.2.1',
    '2001:db8::1',
    '::ffff:10.1.1.1',
    'nessus',
    'Nessus',
    '',
    5,
    null,
    ['10.1.2.3'],
    [],
  ],
);

function parse(tree: unknown): ConditionNode {
  const parsed = parseCondition(tree, context);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.failure));
  return parsed.value;
}

type Fields = Readonly<Record<string, unknown>>;

/** Whether a tree holds: what the rule would be without an index. */
function outcome(node: ConditionNode, fields: Fields): 'holds' | 'fails' | 'throws' {
  try {
    return compileParsed(node)(fields) ? 'holds' : 'fails';
  } catch {
    return 'throws';
  }
}

const indexOf = (trees: readonly unknown[]): ColumnIndex<number> =>
  new ColumnIndex(trees.map((tree, item) => ({ item, conditions: parse(tree) })));

/** The long run: TOCSIN_INDEX_RUNS=100000 */
const numRuns = Number(process.env['TOCSIN_INDEX_RUNS'] ?? 800);

test('an index never leaves out a rule that matches, and is sure of none that does not', {
  timeout: 900_000 + numRuns * 20,
}, () => {
  const tree = fc.oneof({ weight: 4, arbitrary: conditionTree([]) }, { weight: 1, arbitrary: lookUpTree });
  const rules = fc.array(tree, { minLength: 1, maxLength: 8 });
  const event = fc
    .tuple(eventFields, fc.option(looked, { freq: 2, nil: undefined }))
    .map(([fields, a]) => (a === undefined ? fields : { ...fields, a }));
  const seen = { sure: 0, perhaps: 0, neither: 0, all: 0 };
  fc.assert(
    fc.property(rules, fc.array(event, { minLength: 1, maxLength: 4 }), (trees, events) => {
      const nodes = trees.map(parse);
      const index = indexOf(trees);
      // Twice: the second time from what was remembered.
      for (const fields of [...events, ...events]) {
        const { sure, perhaps } = index.candidates(fields);
        for (const [item, node] of nodes.entries()) {
          const is = outcome(node, fields);
          const found = sure.includes(item) ? 'sure' : perhaps.includes(item) ? 'perhaps' : 'neither';
          if (found === 'sure') expect(is).toBe('holds');
          if (found === 'neither') expect(is).not.toBe('holds');
          seen[found] += 1;
          seen.all += 1;
        }
        expect([...sure].sort()).toEqual(sure);
        expect(new Set([...sure, ...perhaps]).size).toBe(sure.length + perhaps.length);
      }
    }),
    { numRuns },
  );
  expect(Math.min(seen.sure, seen.perhaps, seen.neither)).toBeGreaterThan(seen.all / 50);
});

const thousand = Array.from({ length: 1_000 }, (_, n) => n);

describe('of many rules', () => {
  test.each<{ title: string; trees: readonly object[]; fields: Fields; sure: readonly number[] }>([
    {
      title: 'with a value each, one is found',
      trees: thousand.map((n) => ({ all: [leaf('equal', n)] })),
      fields: { a: 7 },
      sure: [7],
    },
    {
      title: 'with a bound each, those below it',
      trees: thousand.map((n) => ({ all: [leaf('greaterThan', n), leaf('lessThan', 5, 'b')] })),
      fields: { a: '2.5', b: 1 },
      sure: [0, 1, 2],
    },
    {
      title: 'with a text each, those that have it',
      trees: thousand.map((n) => ({ all: [leaf('containsText', `<${n}>`)] })),
      fields: { a: 'x<3>y<999>' },
      sure: [3, 999],
    },
    {
      title: 'with an exclusion each, all but one',
      trees: thousand.map((n) => ({ all: [leaf('notEqual', n), leaf('equal', 1, 'b')] })),
      fields: { a: 5, b: 1 },
      sure: thousand.filter((n) => n !== 5),
    },
    {
      title: 'with a network each, those it is in',
      trees: thousand.map((n) => ({
        all: [leaf('cidr', [`10.${n % 250}.${n >> 8}.0/24`, '2001:db8::/32'])],
      })),
      fields: { a: '10.7.1.9' },
      sure: [257, 507],
    },
    {
      title: 'that compare without regard to case, those that are equal so',
      trees: thousand.map((n) => ({ all: [leaf('ignoreCase:equal', `Name-${n}`)] })),
      fields: { a: 'nAME-12' },
      sure: [12],
    },
  ])('$title', ({ trees, fields, sure }) => {
    expect(indexOf(trees).candidates(fields)).toEqual({ sure, perhaps: [] });
  });

  test('with an expression each, only those are tried whose text is there', () => {
    const index = indexOf(thousand.map((n) => ({ all: [leaf('matches', `^host-${n}-[0-9]+[.]example$`)] })));
    expect(index.candidates({ a: 'host-77-1.example' })).toEqual({ sure: [], perhaps: [77] });
  });

  test('a value that an order may throw on makes nothing sure', () => {
    const index = indexOf([
      { any: [leaf('equal', 1, 'b'), leaf('lessThan', 5)] },
      { all: [leaf('equal', 1, 'b')] },
    ]);
    const hostile = JSON.parse('{"a": {"toString": 1, "valueOf": 2}, "b": 1}') as Fields;
    expect(index.candidates(hostile).sure).toEqual([]);
    expect(index.candidates({ a: 9, b: 1 }).sure).toEqual([0, 1]);
  });

  test('those that are tried on every event say why', () => {
    const index = indexOf([
      { not: leaf('contains', 5) },
      { all: [leaf('matches', '[0-9]+')] },
      { not: leaf('equal', 1) },
      { all: [leaf('itself', 1)] },
    ]);
    expect(index.alwaysTried()).toEqual([
      { item: 0, reason: '"contains" looks into an array' },
      { item: 3, reason: 'an own operator may do anything' },
    ]);
  });
});
