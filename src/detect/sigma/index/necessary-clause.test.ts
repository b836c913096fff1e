import { expect, test } from 'vitest';
import { encode } from './index-plan.ts';
import { necessaryClause } from './necessary-clause.ts';
import { allOf, anyOf, noRequirement, type Requirement } from './requirement.ts';

const nothing = noRequirement('why');
const and = (...children: readonly Requirement[]): Requirement => ({ kind: 'and', children });

/** An atom costs its number. */
function clauseOf(...trees: readonly Requirement[]): readonly number[] | undefined {
  const code: number[] = [];
  for (const tree of trees.slice(0, -1)) encode(tree, code);
  const from = code.length;
  encode(trees.at(-1) ?? nothing, code);
  return necessaryClause(code, from, (atom) => atom);
}

test.each<{ what: string; tree: Requirement; clause: readonly number[] | undefined }>([
  { what: 'an atom', tree: 7, clause: [7] },
  { what: 'nothing', tree: nothing, clause: undefined },
  { what: 'any of some', tree: anyOf([3, 1, 2]), clause: [3, 1, 2] },
  { what: 'any of some, one of them twice', tree: anyOf([3, anyOf([1, 3])]), clause: [3, 1] },
  { what: 'any of none', tree: anyOf([]), clause: [] },
  { what: 'all of some', tree: allOf([3, 1, 2]), clause: [1] },
  { what: 'all of groups', tree: allOf([5, anyOf([1, 2]), anyOf([2, 2])]), clause: [1, 2] },
  { what: 'the first of what costs the same', tree: allOf([anyOf([1, 3]), 4]), clause: [1, 3] },
  { what: 'all of something and of nothing', tree: and(nothing, 9, nothing), clause: [9] },
  { what: 'all of nothing', tree: and(nothing), clause: undefined },
  {
    what: 'any of something and of nothing',
    tree: { kind: 'or', children: [1, and(nothing), 2] },
    clause: undefined,
  },
  {
    what: 'a group without one beside one',
    tree: and({ kind: 'or', children: [1, nothing] }, 4),
    clause: [4],
  },
  { what: 'groups in groups', tree: anyOf([allOf([8, anyOf([1, 2])]), allOf([6, 7])]), clause: [1, 2, 6] },
])('$what', ({ tree, clause }) => {
  expect(clauseOf(tree)).toEqual(clause);
  expect(clauseOf(anyOf([1, 2]), tree)).toEqual(clause);
});
