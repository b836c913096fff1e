import { describe, expect, test } from 'vitest';
import { createLists } from './lists.ts';
import { createOperatorTable } from './operator-table.ts';
import { type ConditionContext, parseCondition } from './parse-condition.ts';

const context: ConditionContext = {
  operators: createOperatorTable({ lists: createLists({ scanners: [] }) }),
  conditions: {
    good: { all: [] },
    loop: { any: [{ condition: 'pool' }] },
    pool: { condition: 'loop' },
    leaf: { fact: 'a' },
  },
};

const leaf = { fact: 'a', operator: 'equal', value: 1 };
const faultsOf = (tree: unknown): readonly object[] => {
  const parsed = parseCondition(tree, context);
  return parsed.ok ? [] : parsed.failure;
};

interface Case {
  readonly title: string;
  readonly tree: unknown;
  readonly path: string;
  readonly message: RegExp;
  readonly hint?: RegExp;
}

describe('a condition tree is refused', () => {
  test.each<Case>([
    { title: 'no tree at all', tree: 5, path: '$', message: /must be an object/ },
    { title: 'a comparison at the root', tree: leaf, path: '$', message: /root/ },
    { title: 'all that is no array', tree: { all: leaf }, path: '$.all', message: /array/ },
    { title: 'not that is an array', tree: { not: [leaf] }, path: '$.not', message: /not an array/ },
    {
      title: 'a missing operator',
      tree: { all: [{ fact: 'a', operater: 'equal', value: 1 }] },
      path: '$.all[0]',
      message: /"operator"/,
      hint: /"operator"/,
    },
    {
      title: 'a missing value',
      tree: { any: [leaf, { fact: 'a', operator: 'equal' }] },
      path: '$.any[1]',
      message: /"value"/,
    },
    {
      title: 'an unknown operator',
      tree: { all: [{ ...leaf, operator: 'equls' }] },
      path: '$.all[0].operator',
      message: /"equls"/,
      hint: /"equal"/,
    },
    {
      title: 'an unknown decorator',
      tree: { all: [{ ...leaf, operator: 'nto:equal' }] },
      path: '$.all[0].operator',
      message: /decorator "nto"/,
      hint: /"not"/,
    },
    {
      title: 'too many decorators',
      tree: { all: [{ ...leaf, operator: `${'not:'.repeat(20)}equal` }] },
      path: '$.all[0].value',
      message: /decorators/,
    },
    ...['equal', 'not:notEqual', 'someFact:equal'].map((operator) => ({
      title: `a number that JSON rounds, under ${operator}`,
      tree: { all: [{ ...leaf, operator, value: 2 ** 53 }] },
      path: '$.all[0].value',
      message: /beyond 2\^53/,
      hint: /exactNumbers/,
    })),
    {
      title: 'such a number in a list',
      tree: { all: [{ ...leaf, operator: 'in', value: [1, -(2 ** 60)] }] },
      path: '$.all[0].value',
      message: /beyond 2\^53/,
    },
    {
      title: 'a fact that is no name',
      tree: { all: [{ ...leaf, fact: 5 }] },
      path: '$.all[0].fact',
      message: /name of a field/,
    },
    {
      title: 'the prototype as a fact',
      tree: { all: [{ ...leaf, fact: 'a.__proto__.b' }] },
      path: '$.all[0].fact',
      message: /never followed/,
    },
    {
      title: 'a filter in a path',
      tree: { all: [{ ...leaf, path: '$[?(@.a)]' }] },
      path: '$.all[0].path',
      message: /filter/,
    },
    {
      title: 'a filter in the other fact',
      tree: { all: [{ ...leaf, value: { fact: 'b', path: '$[(1)]' } }] },
      path: '$.all[0].value.path',
      message: /script/,
    },
    {
      title: 'a priority in words',
      tree: { all: [{ ...leaf, priority: 'high' }] },
      path: '$.all[0].priority',
      message: /whole number/,
    },
    {
      title: 'a pattern with look-ahead',
      tree: { all: [{ ...leaf, operator: 'matches', value: '(?=a)' }] },
      path: '$.all[0].value',
      message: /regexp/,
      hint: /RE2/,
    },
    {
      title: 'one bad pattern of several, the second time too',
      tree: {
        all: [
          { ...leaf, operator: 'someValue:matches', value: ['a'] },
          { ...leaf, operator: 'someValue:matches', value: ['a', '('] },
        ],
      },
      path: '$.all[1].value',
      message: /regexp/,
    },
    {
      title: 'a pattern from the event',
      tree: { all: [{ ...leaf, operator: 'matches', value: { fact: 'b' } }] },
      path: '$.all[0].value',
      message: /fixed value/,
    },
    {
      title: 'a swapped pattern',
      tree: { all: [{ ...leaf, operator: 'swap:matches', value: 'a' }] },
      path: '$.all[0].value',
      message: /fixed value/,
    },
    {
      title: 'a pattern that is too long',
      tree: { all: [{ ...leaf, operator: 'matches', value: 'a'.repeat(10_001) }] },
      path: '$.all[0].value',
      message: /longer/,
    },
    {
      title: 'a bad network',
      tree: { all: [{ ...leaf, operator: 'cidr', value: ['10.0.0.0/8', '10.0.0.0/64'] }] },
      path: '$.all[0].value',
      message: /no network/,
    },
    {
      title: 'an unknown list',
      tree: { all: [{ ...leaf, operator: 'inList', value: 'scaners' }] },
      path: '$.all[0].value',
      message: /no list/,
      hint: /"scanners"/,
    },
    {
      title: 'several texts without someValue',
      tree: { all: [{ ...leaf, operator: 'endsWith', value: ['a', 'b'] }] },
      path: '$.all[0].value',
      message: /one text/,
      hint: /someValue:endsWith/,
    },
    {
      title: 'exists with a text',
      tree: { all: [{ ...leaf, operator: 'exists', value: 'yes' }] },
      path: '$.all[0].value',
      message: /true or false/,
    },
    {
      title: 'an unknown condition',
      tree: { all: [{ condition: 'god' }] },
      path: '$.all[0].condition',
      message: /"god"/,
      hint: /"good"/,
    },
    {
      title: 'a condition in a circle',
      tree: { condition: 'loop' },
      path: '$.any[0].condition',
      message: /itself/,
    },
    {
      title: 'a condition that is a comparison',
      tree: { all: [{ condition: 'leaf' }] },
      path: '$.all[0]',
      message: /root of condition/,
    },
    {
      title: 'a long list',
      tree: { all: [{ ...leaf, operator: 'in', value: new Array(10_001).fill(1) }] },
      path: '$.all[0].value',
      message: /10000/,
      hint: /inList/,
    },
  ])('$title', ({ tree, path, message, hint }) => {
    const [fault, ...more] = faultsOf(tree);
    expect(fault).toMatchObject({ path, message: expect.stringMatching(message) });
    if (hint !== undefined) expect(fault).toMatchObject({ hint: expect.stringMatching(hint) });
    expect(more).toEqual([]);
  });

  test('that is deeper than 64', () => {
    const nest = (depth: number): unknown => (depth === 0 ? leaf : { not: nest(depth - 1) });
    expect(faultsOf(nest(64))).toEqual([]);
    expect(faultsOf(nest(65))).toMatchObject([{ message: expect.stringMatching(/deeper than 64/) }]);
    expect(faultsOf(nest(5_000))).toMatchObject([{ message: expect.stringMatching(/deeper than 64/) }]);
  });

  test('that has more than 10,000 comparisons, also through references', () => {
    expect(faultsOf({ any: new Array(10_001).fill(leaf) })[0]).toMatchObject({
      message: expect.stringMatching(/10000/),
    });
    const twice = (name: string): unknown => ({ all: [{ condition: name }, { condition: name }] });
    const conditions = Object.fromEntries(
      Array.from({ length: 30 }, (_, index) => [
        `c${index}`,
        index === 0 ? { all: [] } : twice(`c${index - 1}`),
      ]),
    );
    const parsed = parseCondition({ condition: 'c29' }, { ...context, conditions });
    expect(parsed).toMatchObject({ ok: false });
  });

  test('with all its faults at once', () => {
    expect(faultsOf({ all: [{ ...leaf, operator: 'x' }, 5, { any: [{ ...leaf, fact: '' }] }] }).length).toBe(
      3,
    );
  });
});

describe('a condition tree is accepted', () => {
  test.each([
    { title: 'empty groups', tree: { all: [] } },
    { title: 'siblings the library ignores', tree: { any: [leaf], all: 5, name: 'x' } },
    { title: 'a reference', tree: { condition: 'good' } },
    { title: 'params, which fields of events do not need', tree: { all: [{ ...leaf, params: { x: 1 } }] } },
    {
      title: 'priorities as texts, negative, and on groups',
      tree: {
        all: [
          { ...leaf, priority: '5' },
          { any: [leaf], priority: -1 },
        ],
      },
    },
    { title: 'the depth of the limit', tree: { not: { not: leaf } } },
  ])('$title', ({ tree }) => {
    expect(faultsOf(tree)).toEqual([]);
  });
});
