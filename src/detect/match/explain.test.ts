import { expect, test } from 'vitest';
import { explainCondition } from './explain.ts';
import { createOperatorTable } from './operator-table.ts';

const context = {
  operators: createOperatorTable(),
  conditions: { root: { any: [{ fact: 'user', operator: 'equal', value: 'root' }] } },
};

test('every node is explained, also behind the one that decided', () => {
  const tree = {
    all: [
      { fact: 'event.outcome', operator: 'equal', value: 'failure' },
      { not: { fact: 'source', path: '$.ip', operator: 'cidr', value: '10.0.0.0/8' } },
      { condition: 'root' },
      { fact: 'a', operator: 'equal', value: { fact: 'b' } },
    ],
  };
  const fields = { event: { outcome: 'success' }, source: { ip: '10.1.2.3' }, user: 'root', b: 2 };
  expect(explainCondition(tree, fields, context)).toEqual({
    ok: true,
    value: {
      matches: false,
      tree: {
        at: '$',
        node: 'all',
        result: false,
        children: [
          { at: '$.all[0]', node: 'event.outcome equal "failure"', result: false, seen: 'success' },
          {
            at: '$.all[1]',
            node: 'not',
            result: false,
            children: [
              { at: '$.all[1].not', node: 'source $.ip cidr "10.0.0.0/8"', result: true, seen: '10.1.2.3' },
            ],
          },
          {
            at: '$.all[2]',
            node: 'condition root',
            result: true,
            children: [
              {
                at: '$.all[2]',
                node: 'any',
                result: true,
                children: [{ at: '$.all[2].any[0]', node: 'user equal "root"', result: true, seen: 'root' }],
              },
            ],
          },
          { at: '$.all[3]', node: 'a equal b', result: false, seen: undefined, comparedWith: 2 },
        ],
      },
    },
  });
});

test('a comparison that throws says so, and nothing matches', () => {
  const explained = explainCondition(
    {
      any: [
        { fact: 'a', operator: 'in', value: 5 },
        { fact: 'b', operator: 'equal', value: 1 },
      ],
    },
    { b: 1 },
    context,
  );
  expect(explained).toMatchObject({
    ok: true,
    value: {
      matches: false,
      tree: { children: [{ result: false, error: expect.stringContaining('indexOf') }, { result: true }] },
    },
  });
});

test('an empty group is true, of either kind', () => {
  expect(explainCondition({ any: [] }, {}, context)).toMatchObject({
    ok: true,
    value: { matches: true, tree: { result: true } },
  });
});

test('faults of the tree come back instead', () => {
  expect(explainCondition({ all: 5 }, {}, context)).toMatchObject({
    ok: false,
    failure: [{ path: '$.all' }],
  });
});
