import { fail, ok, type Result } from '../../shared/result.ts';
import { compileWildcards } from './compile/compile-wildcards.ts';
import { hintOf } from './sigma-fault.ts';
import type { SigmaCondition } from './sigma-rule.ts';
import { anyRun, joinParts } from './text-parts.ts';

/** What is wrong with a condition, for the rule's author. */
export interface ConditionFailure {
  readonly message: string;
  readonly hint?: string;
}

/** Parentheses and `not` nest this deep at most, so that nobody's rule exhausts the stack. */
const depthMax = 200;
const tokensMax = 10_000;

interface Parser {
  readonly tokens: readonly string[];
  readonly names: readonly string[];
  at: number;
  depth: number;
}

/** A stop at the first fault: what follows it cannot be read with any sense. */
class ConditionStop extends Error {
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}

/**
 * Parses a condition over the named selections. Binding, weakest first: `or`, `and`, `not`, `1 of` / `any of` /
 * `all of` a pattern or `them`, parentheses (specification 2.1, "Condition").
 */
export function parseSigmaCondition(
  text: string,
  names: readonly string[],
): Result<SigmaCondition, ConditionFailure> {
  try {
    const parser: Parser = { tokens: tokensOf(text), names, at: 0, depth: 0 };
    const condition = parseOr(parser);
    const rest = parser.tokens[parser.at];
    if (rest !== undefined) throw new ConditionStop(`"${rest}" is not expected here`, operatorHint(rest));
    return ok(condition);
  } catch (error) {
    if (!(error instanceof ConditionStop)) throw error;
    return fail(
      error.hint === undefined ? { message: error.message } : { message: error.message, hint: error.hint },
    );
  }
}

function tokensOf(text: string): readonly string[] {
  if (text.includes('|'))
    throw new ConditionStop(
      'aggregations behind "|" are no longer part of Sigma',
      'write a correlation rule',
    );
  const tokens = text.match(/[()]|[^\s()]+/g) ?? [];
  if (tokens.length === 0) throw new ConditionStop('the condition is empty');
  if (tokens.length > tokensMax) throw new ConditionStop(`the condition has more than ${tokensMax} words`);
  return tokens;
}

const isWord = (parser: Parser, word: string): boolean => parser.tokens[parser.at]?.toLowerCase() === word;

function operatorHint(token: string): string | undefined {
  return hintOf(token, ['and', 'or', 'not', 'of']) ?? 'between two selections there must be "and" or "or"';
}

function parseOr(parser: Parser): SigmaCondition {
  return parseSeveral(parser, 'or', (each) => parseSeveral(each, 'and', parseNot));
}

function parseSeveral(
  parser: Parser,
  kind: 'and' | 'or',
  parse: (parser: Parser) => SigmaCondition,
): SigmaCondition {
  const first = parse(parser);
  const children = [first];
  while (isWord(parser, kind)) {
    parser.at += 1;
    children.push(parse(parser));
  }
  return children.length === 1 ? first : { children: children.slice(), kind };
}

function parseNot(parser: Parser): SigmaCondition {
  if (!isWord(parser, 'not')) return parseOperand(parser);
  return deeper(parser, () => ({ child: parseNot(parser), kind: 'not' }));
}

/** Steps over one token and parses what is inside. */
function deeper(parser: Parser, parse: () => SigmaCondition): SigmaCondition {
  parser.at += 1;
  parser.depth += 1;
  if (parser.depth > depthMax)
    throw new ConditionStop(`the condition is nested deeper than ${depthMax} levels`);
  const condition = parse();
  parser.depth -= 1;
  return condition;
}

function parseOperand(parser: Parser): SigmaCondition {
  const token = parser.tokens[parser.at];
  if (token === undefined) throw new ConditionStop('the condition ends too early');
  if (token === '(') {
    const inner = deeper(parser, () => parseOr(parser));
    if (parser.tokens[parser.at] !== ')') throw new ConditionStop('a ")" is missing');
    parser.at += 1;
    return inner;
  }
  if (parser.tokens[parser.at + 1]?.toLowerCase() === 'of') return parseOf(parser, token);
  if (!parser.names.includes(token)) throw unknownSelection(token, parser.names);
  parser.at += 1;
  return { kind: 'selection', name: token };
}

function unknownSelection(token: string, names: readonly string[]): ConditionStop {
  if (token.toLowerCase() === 'near')
    return new ConditionStop('"near" is no longer part of Sigma', 'write a correlation rule');
  if (/^(?:and|or|of|\))$/i.test(token)) return new ConditionStop(`"${token}" is not expected here`);
  if (token.includes('*'))
    return new ConditionStop(`"${token}": a pattern needs "1 of" or "all of" before it`);
  return new ConditionStop(`there is no selection "${token}"`, hintOf(token, names));
}

function parseOf(parser: Parser, written: string): SigmaCondition {
  const pattern = parser.tokens[parser.at + 2];
  const word = written.toLowerCase();
  if (word !== '1' && word !== 'any' && word !== 'all') {
    const message = `"${written} of" is no quantifier of Sigma`;
    throw new ConditionStop(message, 'there are "1 of", "any of" and "all of"');
  }
  if (pattern === undefined || pattern === '(' || pattern === ')')
    throw new ConditionStop(`"${written} of" needs "them" or a pattern`);
  const names = namesOf(pattern, parser.names);
  if (names.length === 0)
    throw new ConditionStop(
      `"${written} of ${pattern}" stands for no selection`,
      hintOf(pattern, parser.names),
    );
  parser.at += 3;
  return { kind: 'of', names, pattern, quantifier: word === 'all' ? 'all' : 'any' };
}

/** `them` and patterns leave out what begins with an underscore, but for a pattern that begins with one itself. */
function namesOf(pattern: string, names: readonly string[]): readonly string[] {
  const visible = pattern.startsWith('_') ? names : names.filter((name) => !name.startsWith('_'));
  if (pattern === 'them') return visible;
  const matches = compileWildcards(
    joinParts(pattern.split(/(\*)/).map((part) => (part === '*' ? anyRun : part))),
  );
  return visible.filter(matches).slice();
}
