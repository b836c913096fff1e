import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type AtomTree,
  isFalse,
  isTrue,
  judge,
  no,
  perhaps,
  unknown,
  yes,
} from '../../match/columns/atom-tree.ts';
import { encode } from './index-plan.ts';
import { PlanJudge } from './plan-judge.ts';

const atoms = 4;
const atom = fc.nat({ max: atoms - 1 });

const { tree } = fc.letrec<{ tree: AtomTree }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small' },
    fc.record({ kind: fc.constantFrom('atom', 'not'), atom }),
    fc.constant(unknown('why')),
    fc.record({ kind: fc.constantFrom('and', 'or'), children: fc.array(tie('tree'), { maxLength: 3 }) }),
  ),
}));

const codeOf = (...trees: readonly AtomTree[]): Int32Array => {
  const code: number[] = [];
  for (const each of trees) encode(each, code);
  return Int32Array.from(code);
};

describe('judging a plan', () => {
  test('gives what judging the trees gives', () => {
    const known = fc.uint8Array({ minLength: atoms, maxLength: atoms, max: yes });
    fc.assert(
      fc.property(fc.array(tree, { minLength: 2, maxLength: 6 }), known, (trees, values) => {
        const code = codeOf(...trees);
        const plan = new PlanJudge(code, atoms);
        plan.known.set(values);
        for (let at = 0; at + 1 < trees.length; at += 1) {
          const [requirement = isTrue, claim = isTrue] = trees.slice(at);
          const expected = judge(requirement, values) === no ? no : judge(claim, values);
          expect(plan.judge(codeOf(...trees.slice(0, at)).length)).toBe(expected);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test('says no where the requirement cannot hold, whatever the claim says', () => {
    const judged = (requirement: AtomTree, claim: AtomTree): number =>
      new PlanJudge(codeOf(requirement, claim), atoms).judge(0);
    expect(judged(isFalse, isTrue)).toBe(no);
    expect(judged(unknown('why'), isTrue)).toBe(yes);
    expect(judged(unknown('why'), unknown('why'))).toBe(perhaps);
  });
});
