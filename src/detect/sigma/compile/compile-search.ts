import { invariant } from '../../../shared/invariant.ts';
import type { Predicate } from '../../match/compile-condition.ts';
import type { SigmaCondition, SigmaDetection, SigmaExpression, SigmaSearch } from '../sigma-rule.ts';
import type { SigmaValue } from '../sigma-value.ts';
import type { CompileContext } from './compile-context.ts';
import { compileItem } from './compile-item.ts';

/** The detection and its filters as one tree over items: what is compiled, explained and indexed. */
export function toExpression({ detection, filters }: SigmaSearch): SigmaExpression {
  const children = [detection, ...filters].map((each) => resolve(each, each.condition));
  const [only] = children;
  return only !== undefined && children.length === 1 ? only : { kind: 'and', children };
}

function resolve(detection: SigmaDetection, condition: SigmaCondition): SigmaExpression {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return { kind: condition.kind, children: condition.children.map((child) => resolve(detection, child)) };
    case 'not':
      return { kind: 'not', child: resolve(detection, condition.child) };
    case 'selection':
      return selectionOf(detection, condition.name);
    case 'of': {
      const children = condition.names.map((name) => selectionOf(detection, name));
      return { kind: condition.quantifier === 'all' ? 'and' : 'or', children };
    }
  }
}

function selectionOf({ selections }: SigmaDetection, name: string): SigmaExpression {
  const selection = Object.hasOwn(selections, name) ? selections[name] : undefined;
  invariant(selection !== undefined, `a condition that was read names no missing selection (${name})`);
  return selection;
}

/** A tree over items as a closure. The cheap children are asked first; the result does not depend on the order. */
export function compileExpression(expression: SigmaExpression, context: CompileContext): Predicate {
  switch (expression.kind) {
    case 'item':
      return compileItem(expression, context);
    case 'not': {
      const test = compileExpression(expression.child, context);
      return (fields) => !test(fields);
    }
    case 'and':
    case 'or': {
      const cheapFirst = [...expression.children].sort((a, b) => costOf(a) - costOf(b));
      const tests = cheapFirst.map((child) => compileExpression(child, context));
      return expression.kind === 'and' ? every(tests) : some(tests);
    }
  }
}

function every(tests: readonly Predicate[]): Predicate {
  const [first, second] = tests;
  if (first !== undefined && tests.length === 1) return first;
  if (first !== undefined && second !== undefined && tests.length === 2)
    return (fields) => first(fields) && second(fields);
  return (fields) => {
    for (const test of tests) if (!test(fields)) return false;
    return true;
  };
}

function some(tests: readonly Predicate[]): Predicate {
  const [first] = tests;
  if (first !== undefined && tests.length === 1) return first;
  return (fields) => {
    for (const test of tests) if (test(fields)) return true;
    return false;
  };
}

/** Rough units: one comparison is 1. */
function costOf(expression: SigmaExpression): number {
  if (expression.kind === 'not') return costOf(expression.child);
  if (expression.kind !== 'item') return expression.children.reduce((sum, child) => sum + costOf(child), 0);
  const ofValues = expression.values.reduce((sum, value) => sum + valueCost(value), 0);
  return expression.field === undefined ? 20 * ofValues : ofValues;
}

function valueCost(value: SigmaValue): number {
  if (value.kind === 'anyOf') return value.values.reduce((sum, each) => sum + valueCost(each), 0);
  if (value.kind === 'regex') return 50;
  return value.kind === 'text' && value.parts.length > 1 ? 3 : 1;
}
