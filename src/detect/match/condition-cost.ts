import type { ConditionNode } from './condition-node.ts';

/** What operators cost beside `equal`, measured roughly; only the order matters. */
const costs: Readonly<Record<string, number>> = {
  matches: 20,
  'matches ignoring case': 20,
  cidr: 5,
  inList: 3,
};

/** A rough measure of what evaluating a condition costs, so that where the order is free the cheapest goes first. */
export function conditionCost(node: ConditionNode): number {
  switch (node.kind) {
    case 'leaf': {
      const { stack } = node.operator;
      const base = stack === undefined ? 5 : Object.hasOwn(costs, stack.base) ? (costs[stack.base] ?? 1) : 1;
      return base * (1 + 2 * (stack?.decorators.length ?? 0));
    }
    case 'not':
      return conditionCost(node.child);
    case 'reference':
      return conditionCost(node.target);
    case 'all':
    case 'any':
      return node.children.reduce((sum, child) => sum + conditionCost(child), 0);
  }
}
