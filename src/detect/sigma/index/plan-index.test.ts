import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inOneGo } from '../../../shared/steps.ts';
import { allOf as claimAll, negate } from '../../match/columns/atom-tree.ts';
import type { AtomNumbers } from './atom-numbers.ts';
import { encode } from './index-plan.ts';
import { type KeptPlan, type PlannedItem, planIndex } from './plan-index.ts';
import { allOf, anyOf, noRequirement, type Requirement } from './requirement.ts';

type Atom = readonly [
  'exact' | 'prefix' | 'suffix' | 'part' | 'present' | 'keyword',
  readonly string[],
  string,
];

const atom: fc.Arbitrary<Atom> = fc.tuple(
  fc.constantFrom('exact', 'prefix', 'suffix', 'part', 'present', 'keyword'),
  fc.constantFrom(['a'], ['b'], ['a', 'b'], ['\n["a","b"]']),
  fc.constantFrom('x', 'y', 'z'),
);

function numberOf([kind, paths, text]: Atom, numbers: AtomNumbers): number {
  if (kind === 'present') return numbers.addPresent(paths);
  return kind === 'keyword' ? numbers.addKeyword('part', text) : numbers.add(kind, paths, text);
}

/** A requirement whose atoms have no numbers yet. */
type Needed =
  | { readonly atom: Atom }
  | { readonly all: readonly Needed[] }
  | { readonly any: readonly Needed[] };

const { needed } = fc.letrec<{ needed: Needed }>((tie) => ({
  needed: fc.oneof(
    { depthSize: 'small' },
    fc.record({ atom }),
    fc.record({ all: fc.array(tie('needed'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ any: fc.array(tie('needed'), { maxLength: 3 }) }),
  ),
}));

function requirementOf(tree: Needed, numbers: AtomNumbers): Requirement {
  if ('atom' in tree) return numberOf(tree.atom, numbers);
  return 'all' in tree
    ? allOf(tree.all.map((child) => requirementOf(child, numbers)))
    : anyOf(tree.any.map((child) => requirementOf(child, numbers)));
}

interface Terms {
  /** A text: nothing is, and why. */
  readonly needed: Needed | string;
  readonly claimed: readonly (readonly [Atom, boolean])[];
}

const terms: fc.Arbitrary<Terms> = fc.record({
  needed: fc.oneof(needed, fc.constantFrom('why', 'why not')),
  claimed: fc.array(fc.tuple(atom, fc.boolean()), { maxLength: 3 }),
});

const itemOf = ({ needed: tree, claimed }: Terms): PlannedItem => ({
  key: JSON.stringify([tree, claimed]),
  terms: (numbers) => ({
    requirement: typeof tree === 'string' ? noRequirement(tree) : requirementOf(tree, numbers),
    claim: claimAll(
      claimed.map(([each, isSo]) => {
        const claim = { kind: 'atom', atom: numberOf(each, numbers) } as const;
        return isSo ? claim : negate(claim);
      }),
    ),
  }),
});

const planOf = (items: readonly PlannedItem[], before?: KeptPlan): KeptPlan =>
  inOneGo(planIndex(items, before));

describe('the plan of an index', () => {
  test('says of each item what its terms say', () => {
    const { plan } = planOf([
      itemOf({ needed: 'why', claimed: [] }),
      itemOf({
        needed: {
          all: [
            { atom: ['exact', ['a'], 'x'] },
            { any: [{ atom: ['present', ['b'], ''] }, { atom: ['exact', ['a'], 'y'] }] },
          ],
        },
        claimed: [[['exact', ['a'], 'y'], false]],
      }),
    ]);
    const said: number[] = [];
    encode({ kind: 'and', children: [0, { kind: 'or', children: [1, 2] }] }, said);
    encode({ kind: 'not', atom: 2 }, said);
    expect([...plan.code.slice(plan.starts[1], plan.starts[2])]).toEqual(said);
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
          terms: (numbers: AtomNumbers) => {
            expect(known.has(item.key)).toBe(false);
            return item.terms(numbers);
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
