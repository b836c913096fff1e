import type { TopLevelCondition } from 'json-rules-engine';
import type { ConditionNode, FactOperand, LeafNode } from '../condition-node.ts';

/** A tree for json-rules-engine, and the operators that its leaves name. */
export interface LibraryTree {
  readonly conditions: TopLevelCondition;
  readonly operators: ReadonlyMap<string, LeafNode['operator']['test']>;
  /** Named conditions that the tree refers to. */
  readonly named: ReadonlyMap<string, TopLevelCondition>;
}

/**
 * Writes parsed conditions down again for the library to run. Every leaf has an operator of its own, which holds the value
 * compared with: the library copies trees at every run, and values may be long, or known by identity.
 */
export function toLibraryTree(root: ConditionNode): LibraryTree {
  const operators = new Map<string, LeafNode['operator']['test']>();
  const named = new Map<string, TopLevelCondition>();
  const leafOf = (leaf: LeafNode): object => {
    const { right, operator } = leaf;
    const name = `leaf ${operators.size}`;
    const { test } = operator;
    operators.set(name, right.kind === 'fact' ? test : (factValue) => test(factValue, right.value));
    const value = right.kind === 'fact' ? operandOf(right.operand) : null;
    return { ...operandOf(leaf.left), operator: name, value };
  };
  const refer = (target: ConditionNode): string => {
    const name = `condition ${named.size}`;
    // Taken before those within it.
    named.set(name, { all: [] });
    named.set(name, write(target) as TopLevelCondition);
    return name;
  };
  const write = (node: ConditionNode): object => {
    // As text: the library takes the number 0 for none.
    const priority = String(node.priority);
    switch (node.kind) {
      case 'leaf':
        return { ...leafOf(node), priority };
      case 'not':
        return { not: write(node.child), priority };
      case 'reference':
        return { condition: refer(node.target), priority };
      case 'all':
      case 'any':
        return { [node.kind]: node.children.map(write), priority };
    }
  };
  const written = write(root);
  return { conditions: written as TopLevelCondition, operators, named };
}

function operandOf({ fact, path, own }: FactOperand): object {
  return {
    fact,
    ...(path === undefined ? {} : { path }),
    ...(own === undefined ? {} : { params: own.params }),
  };
}
