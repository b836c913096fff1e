import type { EventFields } from '../../shared/model/log-event.ts';
import type { LeafNode } from './condition-node.ts';
import { compileUnary } from './unary-operators.ts';

/** A compiled condition. What it returns is compared with `=== true`, or taken as truthy, where the library does so. */
export interface CompiledNode {
  readonly test: (fields: EventFields) => unknown;
  /** False only where no event whatever makes it throw. */
  readonly mayThrow: boolean;
  /** False where an own operator might return something other than true and false. */
  readonly isBoolean: boolean;
}

/** One comparison as a closure; what operator and value allow is decided here, once. */
export function compileLeaf(leaf: LeafNode): CompiledNode {
  const { read } = leaf.left;
  const { operator, right } = leaf;
  if (right.kind === 'fact') {
    const readRight = right.operand.read;
    return {
      test: (fields) => operator.test(read(fields), readRight(fields)),
      mayThrow: operator.mayThrow || leaf.left.mayThrow || right.operand.mayThrow,
      isBoolean: operator.isBoolean,
    };
  }
  const { value } = right;
  const unary = operator.isBoolean ? compileUnary(operator, value) : undefined;
  if (unary !== undefined) {
    const { holds } = unary;
    const mayThrow = leaf.left.mayThrow || unary.mayThrow;
    return { test: (fields) => holds(read(fields)), mayThrow, isBoolean: true };
  }
  return {
    test: (fields) => operator.test(read(fields), value),
    mayThrow: operator.mayThrow || leaf.left.mayThrow,
    isBoolean: operator.isBoolean,
  };
}
