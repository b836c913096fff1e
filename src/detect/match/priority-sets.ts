import type { ConditionNode } from './condition-node.ts';

/** Children of equal priority together, the highest priority first: json-rules-engine's order of evaluation. */
export function prioritySets(children: readonly ConditionNode[]): readonly (readonly ConditionNode[])[] {
  const sets = new Map<number, ConditionNode[]>();
  for (const child of children) {
    const set = sets.get(child.priority) ?? [];
    set.push(child);
    sets.set(child.priority, set);
  }
  return [...sets].sort(([a], [b]) => b - a).map(([, set]) => set);
}
