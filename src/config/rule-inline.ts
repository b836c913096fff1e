type Node = Readonly<Record<string, unknown>>;

/**
 * Puts named conditions in the place of references to them, so that a rule says all it means and its hash covers it. Of
 * several members the library takes the first of any, all, not at the root, and the reference below it.
 */
export function inlineConditions(tree: unknown, named: Node): unknown {
  return isNode(tree) && groupOf(tree) !== undefined ? inlineGroup(tree, named) : inlineNested(tree, named);
}

function inlineNested(tree: unknown, named: Node): unknown {
  if (Array.isArray(tree)) return tree.map((each) => inlineNested(each, named));
  if (!isNode(tree)) return tree;
  if (!Object.hasOwn(tree, 'condition')) return inlineGroup(tree, named);
  const { condition: name, any: _, all: __, not: ___, ...rest } = tree;
  if (typeof name !== 'string' || !Object.hasOwn(named, name)) return tree;
  // A group of one has exactly the meaning of a reference: true only where the named condition is `true`.
  return { ...rest, all: [inlineNested(named[name], named)] };
}

function inlineGroup(node: Node, named: Node): Node {
  const group = groupOf(node);
  return group === undefined ? node : { ...node, [group]: inlineNested(node[group], named) };
}

const groupOf = (node: Node): string | undefined =>
  ['any', 'all', 'not'].find((key) => Object.hasOwn(node, key));

const isNode = (tree: unknown): tree is Node =>
  typeof tree === 'object' && tree !== null && !Array.isArray(tree);
