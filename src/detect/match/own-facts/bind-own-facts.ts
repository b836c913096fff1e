import type { Almanac } from 'json-rules-engine';
import type { ConditionNode, FactOperand, LeafNode } from '../condition-node.ts';

/** The same conditions with the answers of own facts in place of the facts, for one event: every fact is asked. */
export async function bindOwnFacts(node: ConditionNode, almanac: Almanac): Promise<ConditionNode> {
  switch (node.kind) {
    case 'leaf':
      return bindLeaf(node, almanac);
    case 'not':
      return { ...node, child: await bindOwnFacts(node.child, almanac) };
    case 'reference':
      return { ...node, target: await bindOwnFacts(node.target, almanac) };
    case 'all':
    case 'any':
      return {
        ...node,
        children: await Promise.all(node.children.map((child) => bindOwnFacts(child, almanac))),
      };
  }
}

async function bindLeaf(leaf: LeafNode, almanac: Almanac): Promise<LeafNode> {
  const left = await bindOperand(leaf.left, almanac);
  if (leaf.right.kind !== 'fact') return { ...leaf, left };
  return { ...leaf, left, right: { kind: 'fact', operand: await bindOperand(leaf.right.operand, almanac) } };
}

async function bindOperand(operand: FactOperand, almanac: Almanac): Promise<FactOperand> {
  const { fact, own, path } = operand;
  if (own === undefined) return operand;
  try {
    const value: unknown = await almanac.factValue(fact, { ...own.params }, path);
    return { ...operand, read: () => value };
  } catch (error) {
    return {
      ...operand,
      read: () => {
        throw error;
      },
    };
  }
}
