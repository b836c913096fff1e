/** Names beyond this many are not collected: a message shows a few of them. */
const namesMax = 50;

/**
 * The fields that a rule's conditions or window name, in the order in which they are written, each once: what a person
 * wants to see of an event that met them. Reads the tree of json-rules-engine (`fact`), Sigma's selections (`field`) and
 * windows (`field`, one or several).
 */
export function conditionFields(conditions: unknown): readonly string[] {
  const names = new Set<string>();
  const add = (name: unknown): void => {
    if (typeof name === 'string' && names.size < namesMax) names.add(name);
  };
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || names.size >= namesMax) return;
    for (const [key, child] of Object.entries(value)) {
      if (key === 'fact' || key === 'field') [child].flat().forEach(add);
      visit(child);
    }
  };
  visit(conditions);
  return [...names];
}
