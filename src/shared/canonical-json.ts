/** Texts that JSON writes as they are. */
const asIs = /^[ !#-[\]-~]*$/;

/**
 * JSON with sorted keys: equal values have equal text. Used for group keys and for comparing values
 * (RFC 8785 order of keys; numbers and strings as JSON.stringify writes them). `undefined` counts as null.
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'string') return quote(value);
  if (value === undefined) return 'null';
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  return Array.isArray(value) ? list(value) : map(value as Readonly<Record<string, unknown>>);
}

const quote = (text: string): string => (asIs.test(text) ? `"${text}"` : JSON.stringify(text));

function list(values: readonly unknown[]): string {
  let text = '[';
  for (const value of values) text += text === '[' ? canonicalJson(value) : `,${canonicalJson(value)}`;
  return `${text}]`;
}

function map(object: Readonly<Record<string, unknown>>): string {
  let text = '{';
  for (const key of sorted(Object.keys(object)))
    text += `${text === '{' ? '' : ','}${quote(key)}:${canonicalJson(object[key])}`;
  return `${text}}`;
}

/** Most keys stand in their order already. */
function sorted(keys: string[]): readonly string[] {
  for (let at = 1; at < keys.length; at += 1) if ((keys[at - 1] ?? '') > (keys[at] ?? '')) return keys.sort();
  return keys;
}
