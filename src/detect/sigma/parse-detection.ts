import { parseSigmaCondition } from './parse-condition.ts';
import type { DetectionReading } from './parse-item.ts';
import { parseSelection } from './parse-selection.ts';
import { hintOf } from './sigma-fault.ts';
import type { SigmaCondition, SigmaDetection, SigmaExpression } from './sigma-rule.ts';

export interface WrittenDetection {
  readonly value: unknown;
  /** `['detection']` or `['filter']`. */
  readonly path: readonly (string | number)[];
  /** Members that are no selections, besides `condition`. */
  readonly ownMembers?: readonly string[];
}

/** Named selections and their condition. Undefined where there was a fault, which was told. */
export function parseDetection(
  { value, path, ownMembers = [] }: WrittenDetection,
  reading: DetectionReading,
): SigmaDetection | undefined {
  const { faults } = reading;
  if (!(value instanceof Map)) return faults.add(path, 'must be a map of selections and a condition');
  const members: ReadonlyMap<string, unknown> = value;
  const before = faults.faults.length;
  if (members.has('timeframe'))
    faults.add([...path, 'timeframe'], '"timeframe" is no longer part of Sigma', 'write a correlation rule');
  const selections: [string, SigmaExpression][] = [];
  const names: string[] = [];
  for (const [name, written] of members) {
    if (name === 'condition' || name === 'timeframe' || ownMembers.includes(name)) continue;
    names.push(name);
    const at = [...path, name];
    const selection = parseSelection({ value: written, path: at }, reading);
    if (selection !== undefined) selections.push([name, selection]);
  }
  if (names.length === 0) faults.add(path, 'there is no selection');
  const condition = parseConditions(members, { path, names }, reading);
  if (condition === undefined || faults.faults.length > before) return undefined;
  return { condition, selections: Object.fromEntries(selections) };
}

interface ConditionPlace {
  readonly path: readonly (string | number)[];
  readonly names: readonly string[];
}

/** A condition, or a list of them of which any must hold. */
function parseConditions(
  members: ReadonlyMap<string, unknown>,
  { path, names }: ConditionPlace,
  { faults }: DetectionReading,
): SigmaCondition | undefined {
  const written = members.get('condition');
  const at = [...path, 'condition'];
  if (written === undefined) return faults.add(path, '"condition" is missing', hintForMissing(names));
  const list: readonly unknown[] = Array.isArray(written) ? written : [written];
  if (list.length === 0) return faults.add(at, 'the condition is empty');
  const children: SigmaCondition[] = [];
  for (const [index, text] of list.entries()) {
    const place = Array.isArray(written) ? [...at, index] : at;
    if (typeof text !== 'string') {
      faults.add(place, 'a condition must be a text');
      continue;
    }
    const parsed = parseSigmaCondition(text, names);
    if (parsed.ok) children.push(parsed.value);
    else faults.add(place, parsed.failure.message, parsed.failure.hint);
  }
  const [only] = children;
  if (children.length < list.length) return undefined;
  return children.length === 1 ? only : { children, kind: 'or' };
}

/** A misspelt `condition` was taken for a selection. */
function hintForMissing(names: readonly string[]): string | undefined {
  const close = names.find((name) => hintOf(name, ['condition']) !== undefined);
  return close === undefined ? undefined : `"${close}": did you mean "condition"?`;
}
