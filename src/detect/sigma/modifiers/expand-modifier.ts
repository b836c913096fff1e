import { fail, ok, type Result } from '../../../shared/result.ts';
import type { RegexValue, SigmaValue, TextPart, TextValue } from '../sigma-value.ts';
import { isAnyRun, joinParts, parseText } from '../text-parts.ts';
import { describeKind, type ModifierContext, type ModifyValue } from './modifier.ts';

/** `%name%`, unless a backslash takes the meaning from the percent sign. */
const placeholder = /(?<!\\)%([^%]+)%/g;

/** More texts than this from one value are refused: a list of that size belongs in a rule of its own. */
const expansionsMax = 100_000;

/**
 * Puts the values of placeholders in their places; several in one text give every combination. The values are read like
 * those of a rule: `*` and `?` in them are wildcards. A placeholder without values refuses the rule.
 */
export const expand: ModifyValue = (value, context) => {
  if (value.kind === 'text') return expandText(value, context);
  if (value.kind === 'regex') return expandRegex(value, context);
  return fail(`"expand" takes a text or a regular expression, not ${describeKind(value)}`);
};

function expandText(value: TextValue, context: ModifierContext): Result<SigmaValue, string> {
  let texts: readonly (readonly TextPart[])[] = [[]];
  for (const part of value.parts) {
    const choices = typeof part === 'string' ? literalChoices(part, context) : ok([[[part]]]);
    if (!choices.ok) return choices;
    for (const each of choices.value) {
      if (texts.length * each.length > expansionsMax)
        return fail(`"expand" gives more than ${expansionsMax} values`);
      texts = texts.flatMap((text) => each.map((choice) => [...text, ...choice]));
    }
  }
  const values = texts.map((parts): TextValue => ({ ...value, parts: joinParts(parts) }));
  const [only] = values;
  return ok(values.length === 1 && only !== undefined ? only : { kind: 'anyOf', values });
}

type Choices = readonly (readonly TextPart[])[];

/** A literal cut at its placeholders: for each piece what may stand there. */
function literalChoices(literal: string, context: ModifierContext): Result<readonly Choices[], string> {
  const pieces: Choices[] = [];
  let end = 0;
  for (const found of literal.matchAll(placeholder)) {
    const values = valuesOf(found[1] ?? '', context);
    if (!values.ok) return values;
    pieces.push([[withPercents(literal.slice(end, found.index))]], values.value.map(parseText));
    end = found.index + found[0].length;
  }
  return ok([...pieces, [[withPercents(literal.slice(end))]]]);
}

/** `\\%` is a percent sign. */
const withPercents = (text: string): string => text.replaceAll('\\%', '%');

function valuesOf(name: string, { placeholder: lookUp }: ModifierContext): Result<readonly string[], string> {
  const values = lookUp(name);
  if (values === undefined || values.length === 0) return fail(`placeholder %${name}% has no values`);
  return ok(values);
}

/** In a regular expression the values are quoted, and stand as alternatives. */
function expandRegex(value: RegexValue, context: ModifierContext): Result<SigmaValue, string> {
  let pattern = '';
  let end = 0;
  for (const found of value.pattern.matchAll(placeholder)) {
    const values = valuesOf(found[1] ?? '', context);
    if (!values.ok) return values;
    const alternatives = values.value.map((each) => parseText(each).map(quotePart).join(''));
    pattern += `${withPercents(value.pattern.slice(end, found.index))}(?:${alternatives.join('|')})`;
    end = found.index + found[0].length;
  }
  return ok({ ...value, pattern: pattern + withPercents(value.pattern.slice(end)) });
}

function quotePart(part: TextPart): string {
  if (typeof part === 'string') return part.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&');
  return isAnyRun(part) ? '.*' : '.';
}
