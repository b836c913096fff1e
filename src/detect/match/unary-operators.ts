import type { PreparedOperator } from './condition-node.ts';
import { asText, foldCase } from './text-operators.ts';

/** A comparison with a value known at load. */
export interface UnaryOperator {
  readonly holds: (factValue: unknown) => unknown;
  readonly mayThrow: boolean;
}

/** From this many items on a Set beats a walk along the array. */
const setFrom = 8;

/**
 * The faster forms of the commonest operators where the value is known, with the same results (the differential test
 * compares them); undefined where there is no faster form.
 */
export function compileUnary(operator: PreparedOperator, value: unknown): UnaryOperator | undefined {
  if (operator.stack === undefined) return undefined;
  const { decorators, base } = operator.stack;
  return decorate(decorators, value, (folded) => {
    // An order over what is no number goes through the whole operator, which only fits where nothing is folded.
    return decorators.length === 0 ? (plain(base, folded) ?? ordered(operator, folded)) : plain(base, folded);
  });
}

/** `not:` and `ignoreCase:` outside; the value is folded once, here. */
function decorate(
  decorators: readonly string[],
  value: unknown,
  compile: (value: unknown) => UnaryOperator | undefined,
): UnaryOperator | undefined {
  const [outer, ...inner] = decorators;
  if (outer === undefined) return compile(value);
  if (outer === 'not') {
    const negatedOperator = decorate(inner, value, compile);
    return negatedOperator === undefined ? undefined : negated(negatedOperator);
  }
  if (outer !== 'ignoreCase') return undefined;
  const folded = decorate(inner, foldCase(value), compile);
  if (folded === undefined) return undefined;
  return { holds: (factValue) => folded.holds(foldCase(factValue)), mayThrow: folded.mayThrow };
}

function plain(base: string, value: unknown): UnaryOperator | undefined {
  switch (base) {
    case 'equal':
      return { holds: (factValue) => factValue === value, mayThrow: false };
    case 'notEqual':
      return { holds: (factValue) => factValue !== value, mayThrow: false };
    case 'in':
      return Array.isArray(value) ? isIn(value) : undefined;
    case 'notIn':
      return Array.isArray(value) ? negated(isIn(value)) : undefined;
    case 'startsWith':
      return ofText(value, (text, part) => text.startsWith(part));
    case 'endsWith':
      return ofText(value, (text, part) => text.endsWith(part));
    case 'containsText':
      return ofText(value, (text, part) => text.includes(part));
    default:
      return undefined;
  }
}

function ofText(value: unknown, holds: (text: string, part: string) => boolean): UnaryOperator | undefined {
  const part = asText(value);
  if (part === undefined) return undefined;
  return {
    holds: (factValue) => {
      const text = asText(factValue);
      return text !== undefined && holds(text, part);
    },
    mayThrow: false,
  };
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

const orders: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  lessThan: (a, b) => a < b,
  lessThanInclusive: (a, b) => a <= b,
  greaterThan: (a, b) => a > b,
  greaterThanInclusive: (a, b) => a >= b,
};

/** Numbers are compared here; everything else goes through the library's validator and coercion. */
function ordered(operator: PreparedOperator, value: unknown): UnaryOperator | undefined {
  const base = operator.stack?.base ?? '';
  const compare = Object.hasOwn(orders, base) ? orders[base] : undefined;
  if (compare === undefined || typeof value !== 'number') return undefined;
  return {
    holds: (factValue) =>
      typeof factValue === 'number' ? compare(factValue, value) : operator.test(factValue, value),
    mayThrow: true,
  };
}
