/** Puts named conditions in the place of references to them, so that a rule says all it means and its hash covers it. */
export function inlineConditions(tree: unknown, named: Readonly<Record<string, unknown>>): unknown {
  if (Array.isArray(tree)) return tree.map((each) => inlineConditions(each, named));
  if (typeof tree !== 'object' || tree === null) return tree;
  const node = tree as Readonly<Record<string, unknown>>;
  const group = ['any', 'all', 'not'].find((key) => Object.hasOwn(node, key));
  if (group !== undefined && !Object.hasOwn(node, 'condition'))
    return { ...node, [group]: inlineConditions(node[group], named) };
  const name = node['condition'];
  if (typeof name !== 'string' || !Object.hasOwn(named, name)) return tree;
  // A group of one has exactly the meaning of a reference: true only where the named condition is `true`.
  const { condition: _, ...rest } = node;
  return { ...rest, all: [inlineConditions(named[name], named)] };
}
