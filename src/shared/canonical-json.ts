/**
 * JSON with sorted keys: equal values have equal text. Used for group keys and for comparing values
 * (RFC 8785 order of keys; numbers and strings as JSON.stringify writes them). `undefined` counts as null.
 */
export function canonicalJson(value: unknown): string {
  if (value === undefined) return 'null';
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  // Some megabytes of rules are written at the start of a process, nearly all with their keys in order.
  if (isCanonical(value)) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const object = value as Readonly<Record<string, unknown>>;
  const members = Object.keys(object)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(object[key])}`);
  return `{${members.join(',')}}`;
}

/** Whether JSON.stringify writes it as it is to be written: keys sorted, and members that it would not leave out. */
function isCanonical(value: unknown): boolean {
  if (value === null || typeof value !== 'object') return typeof value !== 'undefined';
  if (Array.isArray(value)) {
    for (const each of value) if (!isCanonical(each)) return false;
    return true;
  }
  const object = value as Readonly<Record<string, unknown>>;
  if (!hasSortedKeys(object)) return false;
  for (const key in object) if (!isCanonical(object[key])) return false;
  return true;
}

/** Without a list of the keys, which would be most of the work; keys that are not the object's own change nothing. */
function hasSortedKeys(object: Readonly<Record<string, unknown>>): boolean {
  let before = '';
  for (const key in object) {
    if (key < before || key === 'toJSON') return false;
    before = key;
  }
  return true;
}
