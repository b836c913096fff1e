import { fail, ok, type Result } from '../../../shared/result.ts';
import type { FieldValue, SigmaValue, TextPart, TextValue } from '../sigma-value.ts';
import { anyRun, isAnyRun, joinParts, literalText } from '../text-parts.ts';
import { describeKind, type ModifyValue } from './modifier.ts';

type Anchor = 'contains' | 'startswith' | 'endswith';

/**
 * `*` around, behind or before a text. A number counts as the text it is written as. A regular expression is searched for
 * anywhere already, so that the `.*` which the modifier adds to it changes nothing.
 */
export const anchored =
  (anchor: Anchor): ModifyValue =>
  (value) => {
    if (value.kind === 'regex') return ok(value);
    if (value.kind === 'field') return ok({ ...value, match: joinAnchors(value.match, anchor) });
    const text = asTextValue(value);
    if (text === undefined) return fail(`"${anchor}" takes a text, not ${describeKind(value)}`);
    return ok({ ...text, parts: withRuns(text.parts, anchor) });
  };

function withRuns(parts: readonly TextPart[], anchor: Anchor): readonly TextPart[] {
  const hasBefore = anchor === 'startswith' || isAnyRun(parts[0]);
  const hasBehind = anchor === 'endswith' || isAnyRun(parts.at(-1)) || (parts.length === 0 && !hasBefore);
  if (hasBefore && hasBehind) return parts;
  // A list that others are spread into has room for more, which tens of thousands of values would keep for nothing.
  const [only] = parts;
  if (only !== undefined && parts.length === 1)
    return hasBefore ? [only, anyRun] : hasBehind ? [anyRun, only] : [anyRun, only, anyRun];
  return [...(hasBefore ? [] : [anyRun]), ...parts, ...(hasBehind ? [] : [anyRun])].slice();
}

function joinAnchors(match: FieldValue['match'], anchor: Anchor): FieldValue['match'] {
  return match === 'equals' || match === anchor ? anchor : 'contains';
}

function asTextValue(value: SigmaValue): TextValue | undefined {
  if (value.kind === 'text') return value;
  return value.kind === 'number' ? literalText(String(value.value)) : undefined;
}

/** Compares with regard to case. */
export const cased: ModifyValue = (value) =>
  value.kind === 'text' || value.kind === 'field'
    ? ok({ ...value, cased: true })
    : fail(`"cased" takes a text, not ${describeKind(value)}`);

/** Hyphen, slash, en dash, em dash, horizontal bar: what Windows programs take for the sign of an option. */
const dashes = ['-', '/', '\u{2013}', '\u{2014}', '\u{2015}'] as const;

/** A dash with no letter, digit or underscore before it and one behind it: `\B[-/]\b` with Unicode's word characters. */
const optionDash = /(?<![\p{L}\p{N}_])[-/\u{2013}\u{2014}\u{2015}](?=[\p{L}\p{N}_])/gu;

/** More dashes than this make more texts than any rule needs: 5 to the power of their number. */
const dashesMax = 5;

/** Every dash that may begin an option becomes each of the five. */
export const windash: ModifyValue = (value) => {
  if (value.kind !== 'text') return fail(`"windash" takes a text, not ${describeKind(value)}`);
  const pieces = value.parts.map((part) => (typeof part === 'string' ? part.split(optionDash) : [part]));
  const count = pieces.reduce((sum, each) => sum + each.length - 1, 0);
  if (count === 0) return ok(value);
  if (count > dashesMax) return fail(`"windash" with more than ${dashesMax} dashes in one value`);
  let texts: readonly (readonly TextPart[])[] = [[]];
  for (const piece of pieces)
    for (const [index, part] of piece.entries())
      texts = texts.flatMap((text) =>
        index === 0 ? [[...text, part]] : dashes.map((dash) => [...text, dash, part]),
      );
  return ok({ kind: 'anyOf', values: texts.map((parts) => ({ ...value, parts: joinParts(parts) })) });
};

/** As `windash` and `expand` need it: a value of several changed one by one. */
export function modifyEach(
  value: SigmaValue,
  modify: (each: SigmaValue) => Result<SigmaValue, string>,
): Result<SigmaValue, string> {
  if (value.kind !== 'anyOf') return modify(value);
  const values: SigmaValue[] = [];
  for (const each of value.values) {
    const result = modifyEach(each, modify);
    if (!result.ok) return result;
    for (const modified of result.value.kind === 'anyOf' ? result.value.values : [result.value])
      values.push(modified);
  }
  return ok({ kind: 'anyOf', values });
}
