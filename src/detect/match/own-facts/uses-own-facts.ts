import type { ConditionNode, FactOperand } from '../condition-node.ts';

/** The own facts that a leaf asks, left and right. */
function ownOperands(node: ConditionNode & { kind: 'leaf' }): readonly FactOperand[] {
  const operands = node.right.kind === 'fact' ? [node.left, node.right.operand] : [node.left];
  return operands.filter((operand) => operand.own !== undefined);
}

/** Whether the conditions ask an own fact, so that they cannot be judged from the event alone. */
export function usesOwnFacts(node: ConditionNode): boolean {
  switch (node.kind) {
    case 'leaf':
      return ownOperands(node).length > 0;
    case 'not':
      return usesOwnFacts(node.child);
    case 'reference':
      return usesOwnFacts(node.target);
    case 'all':
    case 'any':
      return node.children.some(usesOwnFacts);
  }
}
