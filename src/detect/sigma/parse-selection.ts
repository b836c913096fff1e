import { type DetectionReading, parseItem, type WrittenItem } from './parse-item.ts';
import type { SigmaExpression } from './sigma-rule.ts';

/** Selections nest by lists of maps; deeper than this they are a mistake, or an attack on the stack. */
const depthMax = 32;

/**
 * What is written under the name of a selection: a map (all items), a list of maps (any), a list of values or one value
 * (keywords, any), or a list of both (any). Undefined where there was a fault, which was told.
 */
export function parseSelection(
  written: Omit<WrittenItem, 'key'>,
  reading: DetectionReading,
): SigmaExpression | undefined {
  const { value, path } = written;
  const { faults } = reading;
  if (path.length > depthMax) return faults.add(path, `nested deeper than ${depthMax} levels`);
  if (Array.isArray(value)) return parseList(value, path, reading);
  if (value instanceof Map) return parseMap(value, path, reading);
  if (value === null || value === undefined || value === '')
    return faults.add(path, 'the selection is empty');
  return parseItem({ value, path }, reading);
}

type Path = WrittenItem['path'];

function parseMap(
  map: ReadonlyMap<string, unknown>,
  path: Path,
  reading: DetectionReading,
): SigmaExpression | undefined {
  if (map.size === 0) return reading.faults.add(path, 'the selection is empty');
  const items: (SigmaExpression | undefined)[] = [];
  for (const [key, value] of map) items.push(parseItem({ key, value, path: [...path, key] }, reading));
  return joined('and', items);
}

function parseList(
  list: readonly unknown[],
  path: Path,
  reading: DetectionReading,
): SigmaExpression | undefined {
  if (list.length === 0) return reading.faults.add(path, 'the selection is empty');
  if (list.every((each) => typeof each !== 'object' || each === null)) {
    return list.includes('')
      ? reading.faults.add(path, 'an empty keyword is in every event')
      : parseItem({ value: list, path }, reading);
  }
  const children = list.map((value, index) => parseSelection({ value, path: [...path, index] }, reading));
  return joined('or', children);
}

function joined(
  kind: 'and' | 'or',
  parsed: readonly (SigmaExpression | undefined)[],
): SigmaExpression | undefined {
  if (!parsed.every((child) => child !== undefined)) return undefined;
  const [only] = parsed;
  // Without the room for more that lists have when they have grown.
  return parsed.length === 1 ? only : { children: parsed.slice(), kind };
}
