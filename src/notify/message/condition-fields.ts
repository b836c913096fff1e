/** Names beyond this many are not collected: a message shows a few of them. */
const namesMax = 50;

/**
 * The fields that a rule's conditions name, in the order in which they are written, each once: what a person wants to
 * see of an event that met them. Reads the tree of json-rules-engine (`fact`) and Sigma's selections (`field`).
 */
export function conditionFields(conditions: unknown): readonly string[] {
  const names = new Set<string>();
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || names.size >= namesMax) return;
    for (const [key, child] of Object.entries(value)) {
      if (typeof child === 'string' && (key === 'fact' || key === 'field')) names.add(child);
      else visit(child);
    }
  };
  visit(conditions);
  return [...names];
}
