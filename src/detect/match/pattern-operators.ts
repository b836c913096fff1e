import type { OperatorFault, OperatorKind, OwnOperator } from './operator-kind.ts';
import { compileRegularExpression, type TestText } from './regular-expression.ts';
import { asText } from './text-operators.ts';

/**
 * `matches`: a linear-time regular expression (RE2), found anywhere in the text. Patterns are compiled at load and kept
 * for the life of the rules, as many as the rules hold; the value is a pattern, or an array under `someValue:`.
 */
export function createPatternOperators(): OperatorKind {
  const exact = new Map<string, TestText>();
  const folded = new Map<string, TestText>();
  const run =
    (compiled: ReadonlyMap<string, TestText>): OwnOperator =>
    (factValue, pattern) => {
      const text = asText(factValue);
      return text !== undefined && typeof pattern === 'string' && (compiled.get(pattern)?.(text) ?? false);
    };
  return {
    operators: { matches: run(exact), 'matches ignoring case': run(folded) },
    takesFixedValue: true,
    prepare: ({ name, value }) => {
      const isFolded = name !== 'matches';
      return prepare(isFolded ? folded : exact, value, isFolded);
    },
  };
}

function prepare(
  compiled: Map<string, TestText>,
  value: unknown,
  ignoreCase: boolean,
): OperatorFault | undefined {
  const patterns = Array.isArray(value) ? value : [value];
  for (const pattern of patterns) {
    if (typeof pattern !== 'string') return { message: '"matches" takes a regular expression, as text' };
    if (compiled.has(pattern)) continue;
    const result = compileRegularExpression(pattern, ignoreCase);
    if (!result.ok)
      return { message: result.failure, hint: 'the syntax is RE2: no look-around, no back-references' };
    compiled.set(pattern, result.value);
  }
  return undefined;
}
