/** Texts that JSON writes as they are. */
const asIs = /^[ !#-[\]-~]*$/;

/**
 * JSON with sorted keys: equal values have equal text. Used for group keys and for comparing values
 * (RFC 8785 order of keys; numbers and strings as JSON.stringify writes them). `undefined` counts as null.
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'string') return asIs.test(value) ? `"${value}"` : JSON.stringify(value);
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  // Gathered in one list: the rules of a large folder have some megabytes of this, each piece of which would be copied.
  const pieces: string[] = [];
  write(value, pieces);
  return pieces.join('');
}

function write(value: unknown, pieces: string[]): void {
  if (typeof value === 'string') writeText(value, pieces);
  else if (value === null || typeof value !== 'object') pieces.push(JSON.stringify(value) ?? 'null');
  else if (Array.isArray(value)) writeList(value, pieces);
  else writeMap(value as Readonly<Record<string, unknown>>, pieces);
}

function writeText(text: string, pieces: string[]): void {
  if (asIs.test(text)) pieces.push('"', text, '"');
  else pieces.push(JSON.stringify(text));
}

function writeList(values: readonly unknown[], pieces: string[]): void {
  for (let at = 0; at < values.length; at += 1) {
    pieces.push(at === 0 ? '[' : ',');
    write(values[at], pieces);
  }
  pieces.push(values.length === 0 ? '[]' : ']');
}

function writeMap(object: Readonly<Record<string, unknown>>, pieces: string[]): void {
  const keys = sorted(Object.keys(object));
  for (let at = 0; at < keys.length; at += 1) {
    const key = keys[at] ?? '';
    pieces.push(at === 0 ? '{' : ',');
    writeText(key, pieces);
    pieces.push(':');
    write(object[key], pieces);
  }
  pieces.push(keys.length === 0 ? '{}' : '}');
}

/** Most keys stand in their order already, which `sort` would not notice. */
function sorted(keys: string[]): readonly string[] {
  for (let at = 1; at < keys.length; at += 1) if ((keys[at - 1] ?? '') > (keys[at] ?? '')) return keys.sort();
  return keys;
}
