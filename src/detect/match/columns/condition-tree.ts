import type { ConditionNode } from '../condition-node.ts';
import { type AtomTree, allOf, anyOf, isTrue, negate } from './atom-tree.ts';
import type { ColumnTable } from './column-table.ts';
import { leafTree } from './leaf-tree.ts';

/**
 * Conditions over numbered atoms. Priorities order evaluation only, so they do not matter: where something might throw, or
 * give what is no boolean, the leaf is unknown, and the rule is tried whole.
 */
export function conditionTree(node: ConditionNode, table: ColumnTable): AtomTree {
  switch (node.kind) {
    case 'leaf':
      return leafTree(node, table);
    case 'reference':
      return conditionTree(node.target, table);
    case 'not':
      return negate(conditionTree(node.child, table));
    case 'all':
      return allOf(node.children.map((child) => conditionTree(child, table)));
    case 'any':
      // An empty `any` is true in json-rules-engine.
      if (node.children.length === 0) return isTrue;
      return anyOf(node.children.map((child) => conditionTree(child, table)));
  }
}
