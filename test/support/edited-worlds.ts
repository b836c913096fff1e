import fc from 'fast-check';
import {
  anyShape,
  overFirst,
  type RuleShape,
  type RuleShapes,
  type RuleWorld,
  ruleWorlds,
} from './rule-worlds.ts';

/** What somebody who edits the rules leaves: each as it was or as another, silent or not, or gone. */
const edit = fc.record({
  first: fc.constantFrom(0, 0, 1, undefined),
  second: fc.constantFrom(0, 0, 1, undefined),
  isOver: fc.constantFrom(true, true, false),
  silent: fc.subarray(['first', 'second', 'over']),
});
type Edit = typeof edit extends fc.Arbitrary<infer Of> ? Of : never;

interface Versions {
  readonly first: readonly RuleShape[];
  readonly second: readonly RuleShape[];
  readonly over: RuleShape;
}

const versionsOf = (id: string): fc.Arbitrary<readonly RuleShape[]> => fc.tuple(anyShape(id), anyShape(id));

function shapesOf({ first, second, over }: Versions, left: Edit): RuleShapes {
  const voiced = (one: RuleShape | undefined): RuleShape[] =>
    one === undefined ? [] : [left.silent.includes(one.id) ? { ...one, alert: false } : one];
  const [named] = left.first === undefined ? [] : voiced(first[left.first]);
  const [heard] = named === undefined || !left.isOver ? [] : voiced(overFirst(over, named));
  const rules = [named, ...(left.second === undefined ? [] : voiced(second[left.second]))];
  return { rules: rules.filter((rule) => rule !== undefined), over: heard };
}

/** Rules of every shape that are edited while they hold what came: left as they are, made others and back again, silent, taken out. */
export const editedWorlds: fc.Arbitrary<RuleWorld> = fc
  .record({
    world: ruleWorlds,
    versions: fc.record({ first: versionsOf('first'), second: versionsOf('second'), over: anyShape('over') }),
    begin: edit,
    edits: fc.array(fc.option(edit, { nil: undefined, freq: 3 }), { minLength: 31, maxLength: 31 }),
  })
  .map(({ world, versions, begin, edits }) => ({
    ...world,
    ...shapesOf(versions, begin),
    // Silence is measured anew after a start, and what has not settled when its rule goes never does: here time alone settles.
    idleAfterMs: 0,
    arrivals: world.arrivals.map((arrival, at) => {
      const left = edits[at];
      return left === undefined ? arrival : { ...arrival, isCut: true, edit: shapesOf(versions, left) };
    }),
  }));
