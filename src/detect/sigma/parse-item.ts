import { isForbiddenName } from '../../shared/field-path.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import { ofOtherWords } from '../match/other-words.ts';
import { checkRegularExpression } from '../match/regular-expression.ts';
import type { ModifierContext } from './modifiers/modifier.ts';
import { modifierNames, otherModifiers, valueModifiers } from './modifiers/modifier-table.ts';
import { regexSource } from './modifiers/pattern-modifiers.ts';
import { modifyEach } from './modifiers/text-modifiers.ts';
import { type FaultList, hintOf } from './sigma-fault.ts';
import type { SigmaItem } from './sigma-rule.ts';
import type { SigmaValue } from './sigma-value.ts';
import { isAnyRun, parseText } from './text-parts.ts';

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

const known: ReadonlySet<string> = new Set(modifierNames);

/** More values than this in one item are refused. */
const valuesMax = 100_000;

/** One item: its modifiers applied to its values, left to right. Undefined where there was a fault, which was told. */
export function parseItem(written: WrittenItem, reading: DetectionReading): SigmaItem | undefined {
  const { path } = written;
  const words = written.key?.split('|') ?? [];
  const [name = ''] = words;
  const modifiers = words.slice(1);
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
  // Members in the order of their names: that is how the hash of a rule takes them.
  return {
    all,
    ...(field === undefined ? {} : { field }),
    kind: 'item',
    modifiers,
    negated: modifiers.filter((modifier) => modifier === 'neq').length % 2 === 1,
    values: all ? values : flattened(values),
  };
}

function flattened(values: readonly SigmaValue[]): readonly SigmaValue[] {
  if (!values.some((value) => value.kind === 'anyOf')) return values;
  return values.flatMap((value) => (value.kind === 'anyOf' ? value.values : [value])).slice();
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
  const steps = modifiers.map((modifier, index): Step => {
    const applied = modifiers.slice(0, index);
    return { modifier, context: { field, placeholder: reading.placeholder, applied } };
  });
  const isRegex = modifiers.includes('re');
  const values = raw.map((each, index) => {
    const plain = isRegex && typeof each === 'string' ? rawText(each) : scalarValue(each);
    const result = applyModifiers(each, plain, steps);
    return result.ok ? result.value : reading.faults.add(at(written, index), result.failure);
  });
  return values.every((value) => value !== undefined) ? values : undefined;
}

const at = ({ value, path }: WrittenItem, index: number): readonly (string | number)[] =>
  Array.isArray(value) ? [...path, index] : path;

function areKnown(modifiers: readonly string[], path: WrittenItem['path'], faults: FaultList): boolean {
  const unknown = modifiers.filter((modifier) => !known.has(modifier));
  for (const modifier of unknown)
    faults.add(path, `unknown modifier "${modifier}"`, hintOfModifier(modifier));
  return unknown.length === 0;
}

function hintOfModifier(written: string): string {
  const meant = ofOtherWords(otherModifiers, written);
  if (meant !== undefined) return `did you mean "${meant}"?`;
  return hintOf(written, modifierNames) ?? `there are: ${modifierNames.join(', ')}`;
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
  if (list.every(isScalar)) return list;
  for (const [index, each] of list.entries())
    if (!isScalar(each))
      faults.add(
        at({ value, path }, index),
        `${Array.isArray(each) ? 'a list in a list' : 'a map'} is no value`,
      );
  return undefined;
}

/** A modifier, and what it may know when its turn comes. */
interface Step {
  readonly modifier: string;
  readonly context: ModifierContext;
}

function applyModifiers(raw: Scalar, plain: SigmaValue, steps: readonly Step[]): Result<SigmaValue, string> {
  let value = plain;
  for (const { modifier, context } of steps) {
    const result = modifier === 're' ? asRegex(raw, context.applied) : modified(value, modifier, context);
    if (!result.ok) return result;
    value = result.value;
  }
  if (value.kind === 'regex') return checkRegex(value);
  const tooLong = value.kind === 'anyOf' ? value.values.some(isTooLong) : isTooLong(value);
  return tooLong ? fail(`more than ${wildcardsTextMax} characters in a text with "?" in it`) : ok(value);
}

/** Of a longer one each character of a long text would cost too much. */
const wildcardsTextMax = 10_000;

function isTooLong(value: SigmaValue): boolean {
  if (value.kind !== 'text' || !value.parts.some((part) => typeof part === 'object' && !isAnyRun(part)))
    return false;
  const length = value.parts.reduce((sum, part) => sum + (typeof part === 'string' ? part.length : 1), 0);
  return length > wildcardsTextMax;
}

/** `all` and `neq` act on the list. */
function modified(value: SigmaValue, modifier: string, context: ModifierContext): Result<SigmaValue, string> {
  const modify = valueModifiers.get(modifier);
  if (modify === undefined) return ok(value);
  return value.kind === 'anyOf' ? modifyEach(value, (each) => modify(each, context)) : modify(value, context);
}

function scalarValue(raw: Scalar): SigmaValue {
  if (raw === null) return { kind: 'null' };
  if (typeof raw === 'number') return { kind: 'number', value: raw };
  if (typeof raw === 'boolean') return { kind: 'boolean', value: raw };
  return { cased: false, kind: 'text', parts: parseText(raw) };
}

const rawText = (raw: string): SigmaValue => ({ cased: false, kind: 'text', parts: [raw] });

function asRegex(raw: Scalar, applied: readonly string[]): Result<SigmaValue, string> {
  if (applied.length > 0) return fail('"re" must be the first modifier');
  if (typeof raw !== 'string') return fail('"re" takes a regular expression, as text');
  return ok({ dotAll: false, ignoreCase: false, kind: 'regex', multiline: false, pattern: raw });
}

function checkRegex(value: SigmaValue & { kind: 'regex' }): Result<SigmaValue, string> {
  const checked = checkRegularExpression(regexSource(value), value.ignoreCase);
  return checked.ok
    ? ok(value)
    : fail(`not a regular expression of RE2 (no look-around, no back-references): ${checked.failure}`);
}

/** Keywords are texts, numbers, patterns and networks; the rest needs a field to speak of. */
function areKeywords(values: readonly SigmaValue[], path: WrittenItem['path'], faults: FaultList): boolean {
  const needsField = new Set(['null', 'comparison', 'time', 'exists', 'field']);
  const isGood = !values.some((value) => needsField.has(value.kind));
  if (!isGood) faults.add(path, 'null, comparisons and parts of dates need a field');
  return isGood;
}
