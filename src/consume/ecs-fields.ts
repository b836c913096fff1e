/** The fields of an event while it is being decoded: fresh from the parser, nobody else holds them yet. */
export type MutableFields = Record<string, unknown>;

/** Whether a parsed value is a JSON object: no array, no null. */
export const isObject = (value: unknown): value is MutableFields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Sets a nested field, `['source', 'ip']`, unless the event has it already or the value is missing: what the producer
 * wrote stays. Where the producer uses the parent's name for something else (`"host": "web-1"`), the rest of the path
 * becomes one dotted key (`"host.name"`), which field look-up takes first. Path and names are ours, never an attacker's.
 */
export function addField(fields: MutableFields, path: readonly string[], value: unknown): void {
  if (value === undefined || value === null) return;
  let at = fields;
  let depth = 0;
  for (; depth < path.length - 1; depth += 1) {
    const name = path[depth] ?? '';
    if (!Object.hasOwn(at, name)) at[name] = {};
    const child = at[name];
    if (!isObject(child)) break;
    at = child;
  }
  addOwn(at, depth === path.length - 1 ? (path[depth] ?? '') : path.slice(depth).join('.'), value);
}

function addOwn(fields: MutableFields, name: string, value: unknown): void {
  if (!Object.hasOwn(fields, name)) fields[name] = value;
}

/** The value under an own key; never one of the prototype's. */
export const ownValue = (fields: Readonly<MutableFields>, name: string): unknown =>
  Object.hasOwn(fields, name) ? fields[name] : undefined;

/** The text under an own key; undefined where there is none, or another type. */
export function ownText(fields: Readonly<MutableFields>, name: string): string | undefined {
  const value = ownValue(fields, name);
  return typeof value === 'string' ? value : undefined;
}

/** The object under an own key; an empty one where there is none. */
export function ownObject(fields: Readonly<MutableFields>, name: string): Readonly<MutableFields> {
  const value = ownValue(fields, name);
  return isObject(value) ? value : {};
}

/** A whole number from a number or from a text of at most 15 digits; undefined from anything else. */
export function wholeNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : undefined;
  return typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : undefined;
}
