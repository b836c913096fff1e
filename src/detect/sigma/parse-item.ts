import { isForbiddenName } from '../../shared/field-path.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import { compileRegularExpression } from '../match/regular-expression.ts';
import type { ModifierContext } from './modifiers/modifier.ts';
import { modifierNames, valueModifiers } from './modifiers/modifier-table.ts';
import { regexSource } from './modifiers/pattern-modifiers.ts';
import { modifyEach } from './modifiers/text-modifiers.ts';
import { type FaultList, hintOf } from './sigma-fault.ts';
import type { SigmaItem } from './sigma-rule.ts';
import type { SigmaValue } from './sigma-value.ts';
import { parseText } from './text-parts.ts';

/** What the reading of a detection needs: where faults go, and what placeholders stand for. */
export interface DetectionReading {
  readonly faults: FaultList;
  readonly placeholder: (name: string) => readonly string[] | undefined;
}

/** A key of a selection with what is written under it. */
export interface WrittenItem {
  /** `Image|endswith`; undefined for keywords. */
  readonly key?: string;
  readonly value: unknown;
  readonly path: readonly (string | number)[];
}

/** More values than this in one item are refused. */
const valuesMax = 100_000;

/** One item: its modifiers applied to its values, left to right. Undefined where there was a fault, which was told. */
export function parseItem(written: WrittenItem, reading: DetectionReading): SigmaItem | undefined {
  const { path } = written;
  const [name = '', ...modifiers] = written.key?.split('|') ?? [];
  if (!areKnown(modifiers, path, reading.faults)) return undefined;
  if (name !== '' && isForbiddenName(name))
    return reading.faults.add(path, '__proto__, constructor and prototype are never followed');
  const field = name === '' ? undefined : name;
  const raw = rawValues(written.value, { path, hasField: field !== undefined, reading, modifiers });
  if (raw === undefined) return undefined;
  const values = modifiedValues(written, raw, { modifiers, field, reading });
  if (values === undefined) return undefined;
  if (field === undefined && !areKeywords(values, path, reading.faults)) return undefined;
  const all = modifiers.includes('all');
  return {
    kind: 'item',
    ...(field === undefined ? {} : { field }),
    modifiers,
    all,
    negated: modifiers.filter((modifier) => modifier === 'neq').length % 2 === 1,
    values: all ? values : values.flatMap((value) => (value.kind === 'anyOf' ? value.values : [value])),
  };
}

interface Modifying {
  readonly modifiers: readonly string[];
  readonly field: string | undefined;
  readonly reading: DetectionReading;
}

/** Undefined where a modifier cannot do with a value, which was told for each. */
function modifiedValues(
  written: WrittenItem,
  raw: readonly Scalar[],
  { modifiers, field, reading }: Modifying,
): readonly SigmaValue[] | undefined {
  const values: SigmaValue[] = [];
  for (const [index, each] of raw.entries()) {
    const result = applyModifiers(each, modifiers, { field, placeholder: reading.placeholder });
    if (result.ok) values.push(result.value);
    else reading.faults.add(at(written, index), result.failure);
  }
  return values.length === raw.length ? values : undefined;
}

const at = ({ value, path }: WrittenItem, index: number): readonly (string | number)[] =>
  Array.isArray(value) ? [...path, index] : path;

function areKnown(modifiers: readonly string[], path: WrittenItem['path'], faults: FaultList): boolean {
  const unknown = modifiers.filter((modifier) => !modifierNames.includes(modifier));
  for (const modifier of unknown)
    faults.add(
      path,
      `unknown modifier "${modifier}"`,
      hintOf(modifier, modifierNames) ?? `there are: ${modifierNames.join(', ')}`,
    );
  return unknown.length === 0;
}

interface RawPlace {
  readonly path: WrittenItem['path'];
  readonly hasField: boolean;
  readonly modifiers: readonly string[];
  readonly reading: DetectionReading;
}

type Scalar = string | number | boolean | null;

const isScalar = (value: unknown): value is Scalar =>
  value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

/** The values as written; an empty list under a field reads as null (pySigma). */
function rawValues(
  value: unknown,
  { path, hasField, modifiers, reading }: RawPlace,
): readonly Scalar[] | undefined {
  const { faults } = reading;
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (list.length === 0) {
    if (hasField && modifiers.length === 0) return [null];
    return faults.add(path, 'there are no values');
  }
  if (list.length > valuesMax) return faults.add(path, `more than ${valuesMax} values`);
  const strange = list.flatMap((each, index) => (isScalar(each) ? [] : [{ each, index }]));
  for (const { each, index } of strange)
    faults.add(
      Array.isArray(value) ? [...path, index] : path,
      `${Array.isArray(each) ? 'a list in a list' : 'a map'} is no value`,
    );
  return strange.length === 0 ? list.filter(isScalar) : undefined;
}

function applyModifiers(
  raw: Scalar,
  modifiers: readonly string[],
  context: Omit<ModifierContext, 'applied'>,
): Result<SigmaValue, string> {
  let value: SigmaValue =
    modifiers.includes('re') && typeof raw === 'string' ? rawText(raw) : plainValue(raw);
  for (const [index, modifier] of modifiers.entries()) {
    const applied = modifiers.slice(0, index);
    const result: Result<SigmaValue, string> =
      modifier === 're'
        ? asRegex(raw, applied)
        : modifyEach(
            value,
            (each) => valueModifiers.get(modifier)?.(each, { ...context, applied }) ?? ok(each),
          );
    if (!result.ok) return result;
    value = result.value;
  }
  return value.kind === 'regex' ? checkRegex(value) : ok(value);
}

function plainValue(raw: Scalar): SigmaValue {
  if (raw === null) return { kind: 'null' };
  if (typeof raw === 'number') return { kind: 'number', value: raw };
  if (typeof raw === 'boolean') return { kind: 'boolean', value: raw };
  return { kind: 'text', parts: parseText(raw), cased: false };
}

const rawText = (raw: string): SigmaValue => ({ kind: 'text', parts: [raw], cased: false });

function asRegex(raw: Scalar, applied: readonly string[]): Result<SigmaValue, string> {
  if (applied.length > 0) return fail('"re" must be the first modifier');
  if (typeof raw !== 'string') return fail('"re" takes a regular expression, as text');
  return ok({ kind: 'regex', pattern: raw, ignoreCase: false, multiline: false, dotAll: false });
}

function checkRegex(value: SigmaValue & { kind: 'regex' }): Result<SigmaValue, string> {
  const compiled = compileRegularExpression(regexSource(value), value.ignoreCase);
  return compiled.ok
    ? ok(value)
    : fail(`not a regular expression of RE2 (no look-around, no back-references): ${compiled.failure}`);
}

/** Keywords are texts, numbers, patterns and networks; the rest needs a field to speak of. */
function areKeywords(values: readonly SigmaValue[], path: WrittenItem['path'], faults: FaultList): boolean {
  const needsField = new Set(['null', 'comparison', 'time', 'exists', 'field']);
  const isGood = !values.some((value) => needsField.has(value.kind));
  if (!isGood) faults.add(path, 'null, comparisons and parts of dates need a field');
  return isGood;
}
