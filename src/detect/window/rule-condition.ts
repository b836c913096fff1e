import { fail, ok, type Result } from '../../shared/result.ts';

/** One way in which a condition over rules can hold: ids, as they were written. */
export interface RuleAlternative {
  readonly all: readonly string[];
  readonly none: readonly string[];
}

export interface RuleCondition {
  /** The rules it names, each once, in the order of writing. */
  readonly rules: readonly string[];
  /** Any one of them; each has at least one rule that must match. */
  readonly alternatives: readonly RuleAlternative[];
  /** The condition in one spelling, whatever the spaces. */
  readonly text: string;
}

/** More alternatives than that are refused: each costs something at every match. */
const alternativesMax = 64;

/** Longer or deeper conditions are refused before anything recurses into them. */
const textMax = 10_000;
const depthMax = 50;

type Node =
  | { readonly kind: 'rule'; readonly id: string }
  | { readonly kind: 'not'; readonly child: Node }
  | { readonly kind: 'and' | 'or'; readonly children: readonly Node[] };

interface Token {
  readonly kind: 'word' | 'quoted' | 'open' | 'close';
  readonly text: string;
}

/**
 * Reads a condition over ids of rules: `and`, `or`, `not` and parentheses, `not` binding closest and `or` least (the
 * extended conditions of Sigma's correlations). An id with spaces or parentheses, or that is one of the words, stands
 * in quotes. The failure says what is wrong in words.
 */
export function parseRuleCondition(text: string): Result<RuleCondition, string> {
  if (text.length > textMax) return fail(`is longer than ${textMax} characters`);
  const parser = new Parser(tokensOf(text));
  const node = parser.whole();
  if (typeof node === 'string') return fail(node);
  const expanded = expand(node, false);
  if (expanded === undefined) return fail(`has more than ${alternativesMax} alternatives`);
  const alternatives = expanded.filter(({ all, none }) => !none.some((id) => all.includes(id)));
  if (alternatives.length === 0) return fail('can never hold');
  const absent = alternatives.find(({ all }) => all.length === 0);
  if (absent !== undefined)
    return fail(
      `can hold where nothing matches (not ${absent.none.join(', not ')}): name what must match too`,
    );
  return ok({ rules: [...new Set(parser.ids)], alternatives, text: wordsOf(node) });
}

/** The same condition over other names of the rules; undefined where one has no other name. */
export function renameRules(text: string, nameOf: (id: string) => string | undefined): string | undefined {
  const renamed: string[] = [];
  for (const token of tokensOf(text)) {
    const isRule = token.kind === 'quoted' || (token.kind === 'word' && !isKeyword(token.text));
    const name = isRule ? nameOf(token.text) : token.text;
    if (name === undefined) return undefined;
    renamed.push(isRule ? quoted(name) : name);
  }
  return renamed.join(' ');
}

const isKeyword = (text: string): boolean => /^(?:and|or|not|"|')$/i.test(text);

const quoted = (id: string): string => (id.includes('"') ? `'${id}'` : `"${id}"`);

const tokenPattern = /\s*(?:([()])|"([^"]*)"|'([^']*)'|([^\s()"']+)|(["']))/gy;

function tokensOf(text: string): readonly Token[] {
  return [...text.matchAll(tokenPattern)].map(([, paren, double, single, word, stray]): Token => {
    if (paren !== undefined) return { kind: paren === '(' ? 'open' : 'close', text: paren };
    const quoted = double ?? single;
    if (quoted !== undefined) return { kind: 'quoted', text: quoted };
    return { kind: 'word', text: word ?? stray ?? '' };
  });
}

/** Recursive descent. A text in the place of a node is what is wrong. */
class Parser {
  readonly ids: string[] = [];
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  whole(): Node | string {
    if (this.#tokens.length === 0) return 'is empty';
    const node = this.#list('or');
    const rest = this.#tokens[this.#at];
    if (typeof node === 'string' || rest === undefined) return node;
    return rest.kind === 'close' ? 'has a ")" too many' : `lacks "and" or "or" before "${rest.text}"`;
  }

  #list(kind: 'or' | 'and'): Node | string {
    const children: Node[] = [];
    do {
      const child = kind === 'or' ? this.#list('and') : this.#term();
      if (typeof child === 'string') return child;
      children.push(child);
    } while (this.#takeWord(kind));
    const [only] = children;
    return only !== undefined && children.length === 1 ? only : { kind, children };
  }

  #term(): Node | string {
    this.#depth += 1;
    const node = this.#depth > depthMax ? `is nested deeper than ${depthMax} levels` : this.#nested();
    this.#depth -= 1;
    return node;
  }

  #nested(): Node | string {
    if (this.#takeWord('not')) {
      const child = this.#term();
      return typeof child === 'string' ? child : { kind: 'not', child };
    }
    const token = this.#tokens[this.#at];
    if (token === undefined) return 'ends where a rule should follow';
    this.#at += 1;
    if (token.kind === 'open') return this.#parenthesis();
    if (token.kind === 'close' || (token.kind === 'word' && isKeyword(token.text)))
      return `has "${token.text}" where a rule should stand`;
    this.ids.push(token.text);
    return { kind: 'rule', id: token.text };
  }

  #parenthesis(): Node | string {
    const node = this.#list('or');
    if (typeof node === 'string') return node;
    if (this.#tokens[this.#at]?.kind !== 'close') return 'lacks a ")"';
    this.#at += 1;
    return node;
  }

  #takeWord(word: string): boolean {
    const token = this.#tokens[this.#at];
    if (token?.kind !== 'word' || token.text.toLowerCase() !== word) return false;
    this.#at += 1;
    return true;
  }
}

/** The disjunctive normal form; undefined where it is too long. */
function expand(node: Node, isNegated: boolean): readonly RuleAlternative[] | undefined {
  if (node.kind === 'rule') return [isNegated ? { all: [], none: [node.id] } : { all: [node.id], none: [] }];
  if (node.kind === 'not') return expand(node.child, !isNegated);
  const isOr = (node.kind === 'or') !== isNegated;
  let found: readonly RuleAlternative[] = isOr ? [] : [{ all: [], none: [] }];
  for (const child of node.children) {
    const more = expand(child, isNegated);
    if (more === undefined) return undefined;
    found = isOr ? [...found, ...more] : found.flatMap((one) => more.map((other) => bothOf(one, other)));
    if (found.length > alternativesMax) return undefined;
  }
  return found;
}

const bothOf = (a: RuleAlternative, b: RuleAlternative): RuleAlternative => ({
  all: [...a.all, ...b.all],
  none: [...new Set([...a.none, ...b.none])],
});

function wordsOf(node: Node): string {
  if (node.kind === 'rule') return /^(?:and|or|not)$|[\s()"']|^$/i.test(node.id) ? quoted(node.id) : node.id;
  if (node.kind === 'not') return `not ${inner(node.child)}`;
  return node.children.map(inner).join(` ${node.kind} `);
}

const inner = (node: Node): string =>
  node.kind === 'and' || node.kind === 'or' ? `(${wordsOf(node)})` : wordsOf(node);
