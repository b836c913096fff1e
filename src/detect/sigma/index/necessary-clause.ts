/** A requirement over numbered atoms. */
export type AtomTree =
  | number
  | { readonly kind: 'and' | 'or'; readonly children: readonly AtomTree[] }
  | undefined;

/** Atoms of which at least one must be true, and how often events are likely to have one. */
export interface Clause {
  readonly atoms: readonly number[];
  readonly cost: number;
}

/** The atoms of which an event must have one: of those that all are necessary, the group that lets through least. */
export function necessaryClause(
  tree: Exclude<AtomTree, undefined>,
  costOf: (atom: number) => number,
): Clause | undefined {
  if (typeof tree === 'number') return { atoms: [tree], cost: costOf(tree) };
  const clauses = tree.children.map((child) =>
    child === undefined ? undefined : necessaryClause(child, costOf),
  );
  return tree.kind === 'and' ? cheapest(clauses) : joined(clauses);
}

function cheapest(clauses: readonly (Clause | undefined)[]): Clause | undefined {
  let best: Clause | undefined;
  for (const clause of clauses)
    if (clause !== undefined && (best === undefined || clause.cost < best.cost)) best = clause;
  return best;
}

function joined(clauses: readonly (Clause | undefined)[]): Clause | undefined {
  const joint = new Set<number>();
  let sum = 0;
  for (const clause of clauses) {
    if (clause === undefined) return undefined;
    for (const atom of clause.atoms) joint.add(atom);
    sum += clause.cost;
  }
  return { atoms: [...joint], cost: sum };
}
