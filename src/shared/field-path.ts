/**
 * Reads a field of an event by name. Values and keys come from attackers: own properties only, and
 * `__proto__`, `constructor`, `prototype` are never followed.
 */
export type ReadField = (fields: unknown) => unknown;

const forbidden: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** More than this many dots name no field of a log; the bound keeps a rule from being slow. */
const segmentsMax = 32;

/** True where any part of a dotted name is one that is never followed; such a name reads as missing. */
export function isForbiddenName(name: string): boolean {
  return name.includes('.') ? name.split('.').some((part) => forbidden.has(part)) : forbidden.has(name);
}

/** The own property `key`, else undefined. An own property that holds undefined counts as missing. */
export function readOwn(container: unknown, key: string): unknown {
  if (container === null || typeof container !== 'object') return undefined;
  const value = (container as Readonly<Record<string, unknown>>)[key];
  // Most fields of most rules are missing from most events, so ownership is asked only about what was found.
  return value !== undefined && Object.hasOwn(container, key) ? value : undefined;
}

/**
 * A reader of the field called `name`: the exact key first, at each level, then the dotted path, longest key first.
 * `id.orig_h` reads `{"id.orig_h": x}` and `{"id": {"orig_h": x}}`. Missing, forbidden and too deep names give undefined.
 */
export function compileField(name: string): ReadField {
  if (isForbiddenName(name)) return () => undefined;
  const segments = name.split('.');
  if (segments.length > segmentsMax) return () => undefined;
  if (segments.length === 1) return (fields) => readOwn(fields, name);
  const [head, tail] = segments;
  if (segments.length === 2 && head !== undefined && tail !== undefined) return readTwo(name, head, tail);
  const root = suffixTree(segments);
  return (fields) => walk(root, fields);
}

/** Most names in ECS have two parts: no tree, no recursion. */
function readTwo(name: string, head: string, tail: string): ReadField {
  return (fields) => {
    const whole = readOwn(fields, name);
    return whole === undefined ? readOwn(readOwn(fields, head), tail) : whole;
  };
}

interface Suffix {
  readonly whole: string;
  readonly branches: readonly { readonly head: string; readonly rest: Suffix }[];
}

/** For each split of the name into a key and a rest, longest key first; equal rests are shared. */
function suffixTree(segments: readonly string[]): Suffix {
  const suffixes: Suffix[] = [];
  for (let from = segments.length - 1; from >= 0; from -= 1) {
    const branches: { head: string; rest: Suffix }[] = [];
    for (let to = segments.length - 1; to > from; to -= 1) {
      const rest = suffixes[to];
      if (rest !== undefined) branches.push({ head: segments.slice(from, to).join('.'), rest });
    }
    suffixes[from] = { whole: segments.slice(from).join('.'), branches };
  }
  return suffixes[0] ?? { whole: '', branches: [] };
}

function walk(suffix: Suffix, container: unknown): unknown {
  const whole = readOwn(container, suffix.whole);
  if (whole !== undefined) return whole;
  for (const branch of suffix.branches) {
    const inner = readOwn(container, branch.head);
    if (inner === undefined || inner === null) continue;
    const found = walk(branch.rest, inner);
    if (found !== undefined) return found;
  }
  return undefined;
}
