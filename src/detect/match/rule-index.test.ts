import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { conditionTree, eventFields, moduleOperators } from '../../../test/support/condition-arbitraries.ts';
import { compileParsed } from './compile-condition.ts';
import { exactRequirements } from './exact-requirement.ts';
import { createOperatorTable } from './operator-table.ts';
import { parseCondition } from './parse-condition.ts';
import { createRuleIndex } from './rule-index.ts';

const context = { operators: createOperatorTable({ operators: moduleOperators }) };

function parse(tree: unknown): Parameters<typeof compileParsed>[0] {
  const parsed = parseCondition(tree, context);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.failure));
  return parsed.value;
}

const equal = (fact: string, value: unknown): object => ({ fact, operator: 'equal', value });

/** Requirements as `fact: values`. */
const requirementsOf = (tree: unknown): Record<string, unknown[]> =>
  Object.fromEntries(
    [...exactRequirements(parse(tree)).values()].map(({ key, values }) => [
      (JSON.parse(key) as string[]).filter(Boolean).join(' '),
      [...values],
    ]),
  );

describe('what conditions require', () => {
  test.each<{ title: string; tree: unknown; required: Record<string, unknown[]> }>([
    { title: 'one value', tree: { all: [equal('a', 1)] }, required: { a: [1] } },
    {
      title: 'one of several',
      tree: { all: [{ fact: 'a', path: '$.b', operator: 'in', value: [1, 'x', null] }] },
      required: { 'a $.b': [1, 'x', null] },
    },
    {
      title: 'all of all',
      tree: { all: [equal('a', 1), { all: [equal('b', 2)] }] },
      required: { a: [1], b: [2] },
    },
    {
      title: 'the narrower of two',
      tree: { all: [{ fact: 'a', operator: 'in', value: [1, 2] }, equal('a', 1)] },
      required: { a: [1] },
    },
    {
      title: 'what either side of any requires',
      tree: { any: [{ all: [equal('a', 1), equal('b', 1)] }, equal('a', 2)] },
      required: { a: [1, 2] },
    },
    {
      title: 'nothing, where one side requires nothing',
      tree: { any: [equal('a', 1), { fact: 'a', operator: 'startsWith', value: 'x' }] },
      required: {},
    },
    { title: 'nothing of a negation', tree: { not: equal('a', 1) }, required: {} },
    {
      title: 'nothing of a decorated operator',
      tree: { all: [{ fact: 'a', operator: 'not:equal', value: 1 }] },
      required: {},
    },
    { title: 'nothing of another field', tree: { all: [equal('a', { fact: 'b' })] }, required: {} },
    { title: 'nothing of an object, which nothing equals', tree: { all: [equal('a', {})] }, required: {} },
    { title: 'nothing of an empty any, which is true', tree: { all: [{ any: [] }] }, required: {} },
  ])('$title', ({ tree, required }) => {
    expect(requirementsOf(tree)).toEqual(required);
  });
});

test('an index never leaves out a rule that matches', () => {
  const rules = fc.array(conditionTree([]), { minLength: 1, maxLength: 8 });
  let [tried, all] = [0, 0];
  fc.assert(
    fc.property(rules, eventFields, (trees, fields) => {
      const compiled = trees.map((tree, id) => {
        const node = parse(tree);
        return { id, requirements: exactRequirements(node), matches: compileParsed(node) };
      });
      const { always, fields: indexed } = createRuleIndex(compiled);
      const candidates = [
        ...always,
        ...indexed.flatMap(({ read, byValue }) => byValue.get(read(fields)) ?? []),
      ].map(({ id }) => id);
      expect(new Set(candidates).size).toBe(candidates.length);
      const matching = compiled.filter(({ matches }) => holds(matches, fields)).map(({ id }) => id);
      expect(candidates).toEqual(expect.arrayContaining(matching));
      tried += candidates.length;
      all += compiled.length;
    }),
    { numRuns: 2_000 },
  );
  expect(tried).toBeLessThan(all);
});

function holds(
  matches: (fields: Readonly<Record<string, unknown>>) => boolean,
  fields: Readonly<Record<string, unknown>>,
): boolean {
  try {
    return matches(fields);
  } catch {
    return false;
  }
}

test('rules stand below the field that tells events apart best', () => {
  const rule = (id: string, tree: unknown) => ({ id, requirements: exactRequirements(parse(tree)) });
  const kind = equal('kind', 'dns');
  const rules = ['x', 'y', 'z'].map((id) => rule(id, { all: [kind, equal('name', id)] }));
  const { always, fields } = createRuleIndex([...rules, rule('w', { not: kind })]);
  expect(always.map(({ id }) => id)).toEqual(['w']);
  expect(fields.length).toBe(1);
  expect(fields[0]?.byValue.get('y')?.map(({ id }) => id)).toEqual(['y']);
});
