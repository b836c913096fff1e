import { fail, ok } from '../../../shared/result.ts';
import type { NumberComparison, TimePart } from '../sigma-value.ts';
import { plainText } from '../text-parts.ts';
import { describeKind, type ModifyValue } from './modifier.ts';

/** `lt`, `lte`, `gt`, `gte`: of a number, or of the part of a date before it. */
export const comparison =
  (name: NumberComparison): ModifyValue =>
  (value) => {
    if (value.kind === 'number') return ok({ bound: value.value, comparison: name, kind: 'comparison' });
    if (value.kind === 'time' && value.comparison === 'eq') return ok({ ...value, comparison: name });
    return fail(`"${name}" takes a number (without quotes), not ${describeKind(value)}`);
  };

const ranges: Readonly<Record<TimePart, readonly [number, number]>> = {
  minute: [0, 59],
  hour: [0, 23],
  day: [1, 31],
  // ISO-8601 counts 53 weeks in some years.
  week: [1, 53],
  month: [1, 12],
  year: [0, 9999],
};

/** A part of the date in the field, compared with a number. */
export const timePart =
  (part: TimePart): ModifyValue =>
  (value) => {
    const [least, most] = ranges[part];
    if (value.kind !== 'number')
      return fail(`"${part}" takes a number (without quotes), not ${describeKind(value)}`);
    if (!Number.isInteger(value.value) || value.value < least || value.value > most)
      return fail(`"${part}" takes a whole number from ${least} to ${most}, not ${value.value}`);
    return ok({ bound: value.value, comparison: 'eq', kind: 'time', part });
  };

/** Whether there is such a field. Nothing else may be said of it in the same breath. */
export const exists: ModifyValue = (value, { applied, field }) => {
  if (field === undefined) return fail('"exists" needs a field');
  if (applied.length > 0) return fail('"exists" must be the first modifier');
  if (value.kind !== 'boolean') return fail(`"exists" takes true or false, not ${describeKind(value)}`);
  return ok({ expected: value.value, kind: 'exists' });
};

/** The value names another field of the event. */
export const fieldref: ModifyValue = (value, { field }) => {
  if (field === undefined) return fail('"fieldref" needs a field');
  const name = value.kind === 'text' ? plainText(value.parts) : undefined;
  if (value.kind !== 'text') return fail(`"fieldref" takes the name of a field, not ${describeKind(value)}`);
  if (name === undefined) return fail('"fieldref" takes the name of a field, without wildcards');
  return ok({ cased: value.cased, field: name, kind: 'field', match: 'equals' });
};
