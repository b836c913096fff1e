import type { TextPart, TextValue } from '../sigma-value.ts';
import { plainText } from '../text-parts.ts';
import { compileWildcards, type TestText } from './compile-wildcards.ts';
import { type FoldCase, foldCase } from './fold-case.ts';
import { numberText } from './number-text.ts';

/** Tests a text, given as written and folded. */
export type TestBoth = (text: string, folded: string) => boolean;

/** From this many texts on a Set beats one comparison after another. */
const setFrom = 4;

/** Whether a text is any of the values. */
export function compileTexts(values: readonly TextValue[]): TestBoth {
  const ignoring = anyOf(values.filter((value) => !value.cased).map((value) => foldParts(value.parts)));
  const exactly = anyOf(values.filter((value) => value.cased).map((value) => value.parts));
  if (exactly === undefined) return ignoring === undefined ? () => false : (_, folded) => ignoring(folded);
  if (ignoring === undefined) return (text) => exactly(text);
  return (text, folded) => ignoring(folded) || exactly(text);
}

const foldParts = (parts: readonly TextPart[]): readonly TextPart[] =>
  parts.map((part) => (typeof part === 'string' ? foldCase(part) : part));

function anyOf(patterns: readonly (readonly TextPart[])[]): TestText | undefined {
  const plain = patterns.map(plainText).filter((text) => text !== undefined);
  const isSet = plain.length >= setFrom;
  const set = new Set(plain);
  const others = patterns.filter((parts) => !isSet || plainText(parts) === undefined).map(compileWildcards);
  const tests: readonly TestText[] = isSet ? [(text) => set.has(text), ...others] : others;
  const [first, second] = tests;
  if (first === undefined) return undefined;
  if (second === undefined) return first;
  if (tests.length === 2) return (text) => first(text) || second(text);
  return (text) => {
    for (const test of tests) if (test(text)) return true;
    return false;
  };
}

/** The text of a value: of an object its JSON, for fields that a producer nests; undefined for null and for nothing. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return numberText(value);
  if (typeof value === 'boolean') return String(value);
  if (typeof value !== 'object' || value === null) return undefined;
  return JSON.stringify(value);
}

/** Whether a text is one of the values, folding it only where a value asks for that. */
export function compileTextOf(values: readonly TextValue[], fold: FoldCase): (value: unknown) => boolean {
  const test = compileTexts(values);
  const needsFold = values.some((value) => !value.cased);
  const numbers = numbersAmong(values);
  return (value) => {
    if (typeof value === 'number' && numbers !== undefined) return numbers.has(value);
    const text = textOf(value);
    return text !== undefined && test(text, needsFold ? fold(text) : text);
  };
}

/** Where all values are plain, a number is compared as a number, which needs no text. */
function numbersAmong(values: readonly TextValue[]): ReadonlySet<number> | undefined {
  const plain = values.map((value) => plainText(value.parts));
  if (plain.includes(undefined)) return undefined;
  return new Set(plain.filter((text) => text !== undefined && numberText(Number(text)) === text).map(Number));
}
