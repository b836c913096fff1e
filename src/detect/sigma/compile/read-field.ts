import { compileField, isForbiddenName, type ReadField, readOwn } from '../../../shared/field-path.ts';

/**
 * Reads the first of the names that the event has: the exact key, then the dotted path, and where an array stands on
 * the way, from each of its elements (an array of what was found). Undefined where there is none.
 */
export function compileSigmaField(names: readonly string[]): ReadField {
  const readers = names.map(compileName);
  const [only] = readers;
  if (only !== undefined && readers.length === 1) return only;
  return (fields) => {
    for (const read of readers) {
      const value = read(fields);
      if (value !== undefined) return value;
    }
    return undefined;
  };
}

function compileName(name: string): ReadField {
  const direct = compileField(name);
  const segments = name.split('.');
  if (segments.length === 1 || isForbiddenName(name)) return direct;
  return (fields) => {
    const value = direct(fields);
    return value === undefined ? readThrough(fields, segments, 0) : value;
  };
}

const arrayIndex = /^\d{1,6}$/;

function readThrough(container: unknown, segments: readonly string[], from: number): unknown {
  let at = container;
  for (let depth = from; depth < segments.length; depth += 1) {
    const segment = segments[depth] ?? '';
    // `EXECVE.ARGV.0` is the first of the arguments.
    if (Array.isArray(at) && !arrayIndex.test(segment)) return readEach(at, segments, depth);
    at = readOwn(at, segment);
    if (at === undefined) return undefined;
  }
  return at;
}

function readEach(elements: readonly unknown[], segments: readonly string[], depth: number): unknown {
  const found = elements.flatMap((element) => {
    const value = Array.isArray(element)
      ? readEach(element, segments, depth)
      : readThrough(element, segments, depth);
    return value === undefined ? [] : [value];
  });
  return found.length === 0 ? undefined : found;
}
