import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inOneGo } from '../../../shared/steps.ts';
import { allOf as claimAll, negate } from '../../match/columns/atom-tree.ts';
import { eachAtom, encode, requirementAt } from './index-plan.ts';
import { type KeptPlan, type PlannedItem, planIndex } from './plan-index.ts';
import { type Atom, allOf, anyOf, atomOf, noRequirement, type Requirement } from './requirement.ts';

const atom: fc.Arbitrary<Atom> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('exact', 'prefix', 'suffix', 'part'),
    paths: fc.constantFrom(['a'], ['b'], ['a', 'b'], ['\n["a","b"]']),
    text: fc.constantFrom('x', 'y', 'z'),
  }),
  fc.record({ kind: fc.constant('present' as const), paths: fc.constantFrom(['a'], ['b']) }),
  fc.record({
    kind: fc.constant('keyword' as const),
    at: fc.constantFrom('part', 'suffix'),
    text: fc.constantFrom('x', 'y'),
  }),
);

const { requirement } = fc.letrec<{ requirement: Requirement }>((tie) => ({
  requirement: fc.oneof(
    { depthSize: 'small' },
    atom.map(atomOf),
    fc.constantFrom('why', 'why not').map(noRequirement),
    fc.array(tie('requirement'), { maxLength: 3 }).map(allOf),
    fc.array(tie('requirement'), { maxLength: 3 }).map(anyOf),
  ),
}));

const claimed = fc.array(fc.tuple(atom, fc.boolean()), { maxLength: 3 });

interface Terms {
  readonly requirement: Requirement;
  readonly claimed: readonly (readonly [Atom, boolean])[];
}

const terms: fc.Arbitrary<Terms> = fc.record({ requirement, claimed });

const itemOf = ({ requirement: needed, claimed: said }: Terms): PlannedItem => ({
  key: JSON.stringify([needed, said]),
  terms: () => ({
    requirement: needed,
    claimOf: (numberOf) =>
      claimAll(
        said.map(([each, isSo]) => {
          const tree = { kind: 'atom', atom: numberOf(each) } as const;
          return isSo ? tree : negate(tree);
        }),
      ),
  }),
});

const planOf = (items: readonly PlannedItem[], before?: KeptPlan): KeptPlan =>
  inOneGo(planIndex(items, before));

describe('the plan of an index', () => {
  test('says of each item what its terms say', () => {
    const needed = allOf([
      atomOf({ kind: 'exact', paths: ['a'], text: 'x' }),
      anyOf([atomOf({ kind: 'present', paths: ['b'] }), atomOf({ kind: 'exact', paths: ['a'], text: 'y' })]),
    ]);
    const claimed: Terms['claimed'] = [[{ kind: 'exact', paths: ['a'], text: 'y' }, false]];
    const { plan } = planOf([
      itemOf({ requirement: noRequirement('why'), claimed: [] }),
      itemOf({ requirement: needed, claimed }),
    ]);
    expect(requirementAt(plan.code, plan.starts[1] ?? 0)).toEqual({
      kind: 'and',
      children: [0, { kind: 'or', children: [1, 2] }],
    });
    const claim = eachAtom(plan.code, plan.starts[1] ?? 0, () => undefined);
    const said: number[] = [];
    encode({ kind: 'not', atom: 2 }, said);
    expect([...plan.code.slice(claim, plan.starts[2])]).toEqual(said);
    expect(plan.texts).toEqual(['x', '', 'y']);
    expect(plan.always).toEqual([[0, 'why']]);
    expect([...plan.clauseStarts, ...plan.clauses]).toEqual([0, 0, 1, 0]);
  });

  test('made from an earlier one is the plan made from nothing, and asks only for what is new', () => {
    const some = fc.array(terms, { maxLength: 6 });
    fc.assert(
      fc.property(some, some, some, (gone, kept, added) => {
        const before = planOf([...gone, ...kept].map(itemOf));
        const known = new Set(before.keys);
        const items = [...added, ...kept].map(itemOf);
        const guarded = items.map((item) => ({
          key: item.key,
          terms: () => {
            expect(known.has(item.key)).toBe(false);
            return item.terms();
          },
        }));
        expect(planOf(guarded, before)).toEqual(planOf(items));
      }),
    );
  });

  test('is the same where the items are', () => {
    fc.assert(
      fc.property(fc.array(terms), (all) => {
        const before = planOf(all.map(itemOf));
        expect(planOf(all.map(itemOf), before)).toBe(before);
      }),
    );
  });
});
