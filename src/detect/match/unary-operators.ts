import type { PreparedOperator } from './condition-node.ts';

/** A comparison with a value known at load. */
export interface UnaryOperator {
  readonly holds: (factValue: unknown) => unknown;
  readonly mayThrow: boolean;
}

/** From this many items on a Set beats a walk along the array. */
const setFrom = 8;

/**
 * The faster forms of json-rules-engine's commonest operators where the value is known, with the same results
 * (the differential test compares them); undefined where there is no faster form.
 */
export function compileUnary(operator: PreparedOperator, value: unknown): UnaryOperator | undefined {
  switch (operator.plainName) {
    case 'equal':
      return { holds: (factValue) => factValue === value, mayThrow: false };
    case 'notEqual':
      return { holds: (factValue) => factValue !== value, mayThrow: false };
    case 'in':
      return Array.isArray(value) ? isIn(value) : undefined;
    case 'notIn':
      return Array.isArray(value) ? negated(isIn(value)) : undefined;
    case 'lessThan':
      return typeof value === 'number' ? ordered(operator, value, (a) => a < value) : undefined;
    case 'lessThanInclusive':
      return typeof value === 'number' ? ordered(operator, value, (a) => a <= value) : undefined;
    case 'greaterThan':
      return typeof value === 'number' ? ordered(operator, value, (a) => a > value) : undefined;
    case 'greaterThanInclusive':
      return typeof value === 'number' ? ordered(operator, value, (a) => a >= value) : undefined;
    default:
      return undefined;
  }
}

/** As `indexOf`: objects by identity, and NaN is never in. */
function isIn(values: readonly unknown[]): UnaryOperator {
  if (values.length < setFrom)
    return { holds: (factValue) => values.indexOf(factValue) > -1, mayThrow: false };
  const set = new Set(values);
  // A Set finds NaN, indexOf does not; NaN alone is not equal to itself, so it is left out.
  set.delete(Number.NaN);
  return { holds: (factValue) => set.has(factValue), mayThrow: false };
}

const negated = ({ holds, mayThrow }: UnaryOperator): UnaryOperator => ({
  holds: (factValue) => !holds(factValue),
  mayThrow,
});

/** Numbers are compared here; everything else goes through the library's validator and coercion. */
function ordered(operator: PreparedOperator, value: number, holds: (a: number) => boolean): UnaryOperator {
  return {
    holds: (factValue) =>
      typeof factValue === 'number' ? holds(factValue) : operator.test(factValue, value),
    mayThrow: true,
  };
}
