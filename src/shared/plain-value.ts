/**
 * The same with objects in the place of Maps, at every depth; what is neither a list nor a Map stays what it is. What stands in
 * several places, or in itself, does so still.
 */
export function plainValue(value: unknown): unknown {
  return plain(value, new Map());
}

function plain(value: unknown, known: Map<object, unknown>): unknown {
  if (!Array.isArray(value) && !(value instanceof Map)) return value;
  const before = known.get(value);
  if (before !== undefined) return before;
  if (Array.isArray(value)) {
    const list: unknown[] = [];
    known.set(value, list);
    for (const each of value) list.push(plain(each, known));
    return list;
  }
  const object: Record<string, unknown> = {};
  known.set(value, object);
  for (const [key, each] of value)
    Object.defineProperty(object, key, {
      value: plain(each, known),
      enumerable: true,
      writable: true,
      configurable: true,
    });
  return object;
}
