import type { EventFields } from '../../../shared/model/log-event.ts';
import type { Predicate } from '../../match/compile-condition.ts';
import type { SigmaItem } from '../sigma-rule.ts';
import type { FieldValue, SigmaValue } from '../sigma-value.ts';
import type { CompileContext } from './compile-context.ts';
import { compileKeyword } from './compile-keyword.ts';
import { compileScalars, type TestScalar } from './compile-scalars.ts';
import { textOf } from './compile-texts.ts';

/** One item as a closure. Where the field holds an array, any element may match. */
export function compileItem(item: SigmaItem, context: CompileContext): Predicate {
  const groups = item.all ? item.values.map((value) => [value]) : [item.values];
  const tests = groups.map((values) => compileAny(item, values.flatMap(flatten), context));
  const [only] = tests;
  const test: Predicate =
    only !== undefined && tests.length === 1 ? only : (fields) => tests.every((each) => each(fields));
  return item.negated ? (fields) => !test(fields) : test;
}

const flatten = (value: SigmaValue): readonly SigmaValue[] =>
  value.kind === 'anyOf' ? value.values : [value];

function compileAny(item: SigmaItem, values: readonly SigmaValue[], context: CompileContext): Predicate {
  if (item.field === undefined) return compileKeyword(item, values, context);
  const read = context.field(item.field);
  const isNullWanted = values.some((value) => value.kind === 'null');
  const whole = values.flatMap((value) => wholeFieldTests(value, context));
  const scalar = compileScalars(values, context.foldCase);
  if (!isNullWanted && whole.length === 0) return (fields) => anyElement(read(fields), scalar);
  return (fields) => {
    const value = read(fields);
    if (isNullWanted && (value === undefined || anyElement(value, isNull))) return true;
    return anyElement(value, scalar) || whole.some((test) => test(value, fields));
  };
}

const isNull = (value: unknown): boolean => value === null;

function anyElement(value: unknown, test: TestScalar): boolean {
  if (value === undefined) return false;
  if (!Array.isArray(value)) return test(value);
  for (const element of value) if (anyElement(element, test)) return true;
  return false;
}

type TestField = (value: unknown, fields: EventFields) => boolean;

function wholeFieldTests(value: SigmaValue, context: CompileContext): readonly TestField[] {
  if (value.kind === 'exists') return [(found) => (found !== undefined) === value.expected];
  return value.kind === 'field' ? [comparesFields(value, context)] : [];
}

/** Both fields must be there; of arrays, any pair. */
function comparesFields({ field, match, cased }: FieldValue, context: CompileContext): TestField {
  const readOther = context.field(field);
  const prepare = (value: unknown): string | undefined => {
    const text = textOf(value);
    return text === undefined || cased ? text : context.foldCase(text);
  };
  const holds = textComparisons[match];
  return (value, fields) => {
    const other = readOther(fields);
    return anyElement(value, (left) => {
      const text = prepare(left);
      return text !== undefined && anyElement(other, (right) => holds(text, prepare(right)));
    });
  };
}

const textComparisons: Readonly<
  Record<FieldValue['match'], (text: string, other: string | undefined) => boolean>
> = {
  equals: (text, other) => text === other,
  contains: (text, other) => other !== undefined && text.includes(other),
  startswith: (text, other) => other !== undefined && text.startsWith(other),
  endswith: (text, other) => other !== undefined && text.endsWith(other),
};
