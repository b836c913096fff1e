import type { EventFields } from '../../shared/model/log-event.ts';
import { ok, type Result } from '../../shared/result.ts';
import { type CompiledNode, compileLeaf } from './compile-leaf.ts';
import { conditionCost } from './condition-cost.ts';
import type { ConditionFault, ConditionNode } from './condition-node.ts';
import { type ConditionContext, parseCondition } from './parse-condition.ts';
import { prioritySets } from './priority-sets.ts';

/** Whether an event satisfies the conditions. Throws what an operator throws: the event then does not satisfy them. */
export type Predicate = (fields: EventFields) => boolean;

/**
 * Compiles a json-rules-engine condition tree to a closure with the library's result (the differences,
 * all of them about errors and the order of evaluation: docs/decisions). All faults of the tree at once.
 */
export function compileCondition(
  tree: unknown,
  context: ConditionContext,
): Result<Predicate, ConditionFault[]> {
  const parsed = parseCondition(tree, context);
  return parsed.ok ? ok(compileParsed(parsed.value)) : parsed;
}

/** As `compileCondition`, for a tree that was parsed already. */
export function compileParsed(root: ConditionNode): Predicate {
  const { test, isBoolean } = compileContent(root, true);
  // The library takes the root's result as truthy, not as `=== true`.
  return isBoolean ? (test as Predicate) : (fields) => Boolean(test(fields));
}

/**
 * `decides`: nothing between here and the root but `all` (and groups of one), so that "false" and "throws" both
 * end as "the rule does not fire", and evaluation may stop at whichever comes first. Elsewhere an error must come
 * out even if another child of the same priority already settled the result, because in the library it does.
 */
function compileContent(node: ConditionNode, decides: boolean): CompiledNode {
  switch (node.kind) {
    case 'leaf':
      return compileLeaf(node);
    case 'reference':
      return compileNested(node.target, decides);
    case 'not': {
      const { test, mayThrow } = compileNested(node.child, false);
      return { test: (fields) => !test(fields), mayThrow, isBoolean: true };
    }
    case 'all':
    case 'any':
      return compileGroup(node.kind, node.children, decides);
  }
}

/** A group below the root is worth true only if its result is `true` itself; a leaf is worth what its operator returned. */
export function compileNested(node: ConditionNode, decides: boolean): CompiledNode {
  const compiled = compileContent(node, decides);
  if (compiled.isBoolean || node.kind === 'leaf' || node.kind === 'reference') return compiled;
  return strictly(compiled);
}

function compileGroup(
  kind: 'all' | 'any',
  children: readonly ConditionNode[],
  decides: boolean,
): CompiledNode {
  const [first] = children;
  // Both are true when empty: so it is in the library.
  if (first === undefined) return { test: () => true, mayThrow: false, isBoolean: true };
  if (children.length === 1) return compileNested(first, decides);
  const compileChild = (child: ConditionNode): CompiledNode =>
    strictly(compileNested(child, decides && kind === 'all'));
  const compiled = prioritySets(children).map((set) =>
    decides && kind === 'all'
      ? everyOf(cheapestFirst(set).map(compileChild))
      : exactly(kind, set.map(compileChild)),
  );
  const [only] = compiled;
  if (compiled.length === 1 && only !== undefined) return only;
  const mayThrow = compiled.some((each) => each.mayThrow);
  const tests = compiled.map((each) => each.test);
  return { test: kind === 'all' ? every(tests) : some(tests), mayThrow, isBoolean: true };
}

const cheapestFirst = (children: readonly ConditionNode[]): readonly ConditionNode[] =>
  [...children].sort((a, b) => conditionCost(a) - conditionCost(b));

/** One priority set: stops at the first false, whatever else might throw. */
function everyOf(children: readonly CompiledNode[]): CompiledNode {
  const mayThrow = children.some((child) => child.mayThrow);
  return { test: every(children.map((child) => child.test)), mayThrow, isBoolean: true };
}

/** One priority set: those that may throw are all evaluated, the others until the result is known. */
function exactly(kind: 'all' | 'any', children: readonly CompiledNode[]): CompiledNode {
  const quiet = children.filter((child) => !child.mayThrow).map((child) => child.test);
  const loud = children.filter((child) => child.mayThrow).map((child) => child.test);
  const quietly = kind === 'all' ? every(quiet) : some(quiet);
  if (loud.length === 0) return { test: quietly, mayThrow: false, isBoolean: true };
  const test = (fields: EventFields): boolean => {
    let passed = 0;
    for (const each of loud) if (each(fields) === true) passed += 1;
    if (kind === 'all') return passed === loud.length && quietly(fields);
    return passed > 0 || quietly(fields);
  };
  return { test, mayThrow: true, isBoolean: true };
}

const strictly = (node: CompiledNode): CompiledNode =>
  node.isBoolean ? node : { ...node, test: (fields) => node.test(fields) === true, isBoolean: true };

type Test = (fields: EventFields) => unknown;

/** True where all are `true`; two and three without a loop. */
function every(tests: readonly Test[]): Predicate {
  const [a, b, c] = tests;
  if (tests.length === 1 && a !== undefined) return (fields) => a(fields) === true;
  if (tests.length === 2 && a !== undefined && b !== undefined)
    return (fields) => a(fields) === true && b(fields) === true;
  if (tests.length === 3 && a !== undefined && b !== undefined && c !== undefined)
    return (fields) => a(fields) === true && b(fields) === true && c(fields) === true;
  return (fields) => {
    for (const test of tests) if (test(fields) !== true) return false;
    return true;
  };
}

/** True where at least one is `true`. */
function some(tests: readonly Test[]): Predicate {
  return (fields) => {
    for (const test of tests) if (test(fields) === true) return true;
    return false;
  };
}
