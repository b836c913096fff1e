import { invariant } from '../../../shared/invariant.ts';
import { requiredTexts, type TextTree } from '../../match/columns/required-texts.ts';
import { createNetworkSet, parseNetwork } from '../../match/ip-network.ts';
import { compileRegularExpression, type TestText } from '../../match/regular-expression.ts';
import { regexSource } from '../modifiers/pattern-modifiers.ts';
import type { NumberComparison, RegexValue, SigmaValue, TextValue } from '../sigma-value.ts';
import { literalText } from '../text-parts.ts';
import { compileTextOf, textOf } from './compile-texts.ts';
import { datePart } from './date-parts.ts';
import { type FoldCase, foldCase } from './fold-case.ts';

/** Tests a value of an event that is no array. */
export type TestScalar = (value: unknown) => boolean;

const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** Whether a value of an event is any of the values. Kinds that speak of whole fields are not among them. */
export function compileScalars(values: readonly SigmaValue[], fold: FoldCase): TestScalar {
  const texts = values.flatMap(asText);
  const tests = [
    ...(texts.length > 0 ? [compileTextOf(texts, fold)] : []),
    ...networkTests(values),
    ...values.flatMap((value) => otherTests(value, fold)),
  ];
  const [only] = tests;
  if (only !== undefined && tests.length === 1) return only;
  return (value) => tests.some((test) => test(value));
}

/** Texts, and what is compared as text: `4625` matches the number and the text, `true` the truth value and the text. */
export function asText(value: SigmaValue): readonly TextValue[] {
  if (value.kind === 'text') return [value];
  return value.kind === 'number' || value.kind === 'boolean' ? [literalText(String(value.value))] : [];
}

function networkTests(values: readonly SigmaValue[]): readonly TestScalar[] {
  const networks = values.flatMap((value) => {
    const network = value.kind === 'network' ? parseNetwork(value.network) : undefined;
    return network === undefined ? [] : [network];
  });
  if (networks.length === 0) return [];
  const set = createNetworkSet(networks);
  return [(value) => typeof value === 'string' && set.has(value)];
}

function otherTests(value: SigmaValue, fold: FoldCase): readonly TestScalar[] {
  switch (value.kind) {
    case 'regex': {
      const test = compileRegex(value, fold);
      return [
        (scalar) => {
          const text = textOf(scalar);
          return text !== undefined && test(text);
        },
      ];
    }
    case 'comparison': {
      const holds = comparing(value.comparison, value.bound);
      return [(scalar) => holds(numberOf(scalar))];
    }
    case 'time': {
      const { part, comparison, bound } = value;
      const holds = comparison === 'eq' ? (number: number) => number === bound : comparing(comparison, bound);
      return [(scalar) => holds(datePart(scalar, part) ?? Number.NaN)];
    }
    default:
      return [];
  }
}

/** Tried, and compiled, where the texts are that it needs: finding those costs less, and most expressions never see theirs. */
function compileRegex(value: RegexValue, fold: FoldCase): TestText {
  const source = regexSource(value);
  const needed = foldTree(requiredTexts(source, value.ignoreCase));
  let test: TestText | undefined;
  return rememberingLast((text) => {
    if (!hasTexts(needed, fold(text))) return false;
    test ??= compileGood(source, value.ignoreCase);
    return test(text);
  });
}

/** It was checked when the rule was read. */
function compileGood(source: string, ignoreCase: boolean): TestText {
  const compiled = compileRegularExpression(source, ignoreCase);
  invariant(compiled.ok, 'a regular expression of a rule that was read compiles');
  return compiled.value;
}

/** Longer texts hardly come twice in a row, and each pattern keeps one. */
const rememberedMax = 1_024;

/** What was answered last: events in a row have the same texts in many of their fields. */
function rememberingLast(test: TestText): TestText {
  let last: string | undefined;
  let answer = false;
  return (text) => {
    if (text === last) return answer;
    const holds = test(text);
    if (text.length > rememberedMax) return holds;
    last = text;
    answer = holds;
    return holds;
  };
}

function foldTree(tree: TextTree): TextTree {
  if (tree === undefined) return undefined;
  if (tree.kind === 'text') return { kind: 'text', text: foldCase(tree.text) };
  return { kind: tree.kind, children: tree.children.map(foldTree) };
}

function hasTexts(tree: TextTree, folded: string): boolean {
  if (tree === undefined) return true;
  if (tree.kind === 'text') return folded.includes(tree.text);
  const has = (child: TextTree): boolean => hasTexts(child, folded);
  return tree.kind === 'and' ? tree.children.every(has) : tree.children.some(has);
}

/** Numbers, and texts that are one in decimal; NaN for anything else, for which no comparison holds. */
function numberOf(value: unknown): number {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && decimal.test(value) ? Number(value) : Number.NaN;
}

function comparing(comparison: NumberComparison, bound: number): (number: number) => boolean {
  switch (comparison) {
    case 'lt':
      return (number) => number < bound;
    case 'lte':
      return (number) => number <= bound;
    case 'gt':
      return (number) => number > bound;
    case 'gte':
      return (number) => number >= bound;
  }
}
