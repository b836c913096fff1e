import type { Comparison, WindowCondition } from '../../shared/model/window-spec.ts';

const comparisons: Readonly<Record<Comparison, (value: number, bound: number) => boolean>> = {
  gt: (value, bound) => value > bound,
  gte: (value, bound) => value >= bound,
  lt: (value, bound) => value < bound,
  lte: (value, bound) => value <= bound,
  eq: (value, bound) => value === bound,
  neq: (value, bound) => value !== bound,
};

/** The comparisons of a condition, in a fixed order. */
const boundsOf = (condition: WindowCondition): readonly (readonly [Comparison, number])[] =>
  (['gt', 'gte', 'lt', 'lte', 'eq', 'neq'] as const).flatMap((comparison) => {
    const bound = condition[comparison];
    return bound === undefined ? [] : [[comparison, bound] as const];
  });

/** A test whether a value satisfies every comparison of the condition. */
export function compileCondition(condition: WindowCondition): (value: number) => boolean {
  const tests = boundsOf(condition).map(([comparison, bound]) => {
    const compare = comparisons[comparison];
    return (value: number): boolean => compare(value, bound);
  });
  const [first, second] = tests;
  if (first !== undefined && tests.length === 1) return first;
  if (first !== undefined && second !== undefined && tests.length === 2)
    return (value) => first(value) && second(value);
  return (value) => tests.every((test) => test(value));
}

/**
 * True where all bounds are upper bounds: too few is what such a rule looks for, and that is known only when the time
 * is over (docs/semantics.md).
 */
export const isAbsence = (condition: WindowCondition): boolean =>
  boundsOf(condition).length > 0 && isUpperBound(condition);

/** The greatest number a condition names: above it, all values are judged alike. */
export const greatestBound = (condition: WindowCondition): number =>
  Math.max(0, ...boundsOf(condition).map(([, bound]) => bound));

/** True where a greater number never satisfies the condition less. */
export const isLowerBound = (condition: WindowCondition): boolean =>
  boundsOf(condition).every(([comparison]) => comparison === 'gt' || comparison === 'gte');

/** True where a lesser number never satisfies the condition less. */
export const isUpperBound = (condition: WindowCondition): boolean =>
  boundsOf(condition).every(([comparison]) => comparison === 'lt' || comparison === 'lte');
