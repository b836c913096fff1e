import { didYouMean } from '../../shared/did-you-mean.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { OperatorStack, PreparedOperator, ValueOperand } from './condition-node.ts';
import { createEngineOperators, type EngineOperators } from './engine-operators.ts';
import { createListOperators } from './list-operators.ts';
import { type Lists, noLists } from './lists.ts';
import { createNetworkOperators } from './network-operators.ts';
import type { OperatorFault, OperatorKind, OwnOperator, OwnOperators } from './operator-kind.ts';
import { ofOtherWords, otherOperators } from './other-words.ts';
import type { OwnFacts } from './own-facts/own-fact.ts';
import { createPatternOperators } from './pattern-operators.ts';
import { presenceOperators } from './presence-operators.ts';
import { foldCase, textOperators } from './text-operators.ts';

/** Turns an operator's name, as written in a rule, into the comparison it means. */
export interface OperatorTable {
  /** True where the value written is the name of a field, and that field's value is what is compared. */
  takesFieldName(name: string): boolean;
  prepare(name: string, right: ValueOperand): Result<PreparedOperator, OperatorFault>;
}

/** What rules may name beside fields and the library's operators: lists, and own operators and facts. */
export interface OperatorOptions {
  readonly lists?: Lists;
  readonly operators?: OwnOperators;
  readonly facts?: OwnFacts;
}

/** An unheard-of stack of decorators is a mistake or an attack on the stack. */
const decoratorsMax = 16;

/** Of these, no input whatever makes one throw; of the library's own, `in`, `notIn` and the orders may. */
const neverThrow: ReadonlySet<string> = new Set(['equal', 'notEqual', 'contains', 'doesNotContain']);
const quietDecorators: ReadonlySet<string> = new Set(['not', 'someFact', 'everyFact', 'ignoreCase']);

/** All operators a rule may use: json-rules-engine's, tocsin's, and the caller's. */
export function createOperatorTable(options: OperatorOptions = {}): OperatorTable {
  const own = options.operators ?? {};
  const lists = options.lists ?? noLists;
  const engine = createEngineOperators();
  const kinds: readonly OperatorKind[] = [
    textOperators,
    presenceOperators,
    createPatternOperators(),
    createNetworkOperators(),
    createListOperators(lists, options.lists !== undefined),
  ];
  for (const kind of kinds)
    for (const [name, operator] of Object.entries(kind.operators)) engine.addOperator(name, operator);
  engine.addOperatorDecorator('ignoreCase', (a, b, next) => next(foldCase(a), foldCase(b)));
  for (const [name, operator] of Object.entries(own))
    engine.addOperator(name, refusePromises(name, operator));
  // Taken now: the library adds every decorated operator it is asked for to its map, under its full name.
  const names = new Set(engine.operators.keys());
  return {
    takesFieldName: (name) => !Object.hasOwn(own, 'fieldEqual') && /^(?:\w+:)*fieldEqual$/.test(name),
    prepare: (name, right) => prepareOperator({ engine, names, kinds, own }, name, right),
  };
}

interface Known {
  readonly engine: EngineOperators;
  readonly names: ReadonlySet<string>;
  readonly kinds: readonly OperatorKind[];
  readonly own: OwnOperators;
}

function prepareOperator(
  known: Known,
  written: string,
  right: ValueOperand,
): Result<PreparedOperator, OperatorFault> {
  const stack = splitName(known, written);
  if (!stack.ok) return stack;
  const { decorators, base } = stack.value;
  const isOwn = Object.hasOwn(known.own, base);
  const kind = isOwn ? undefined : known.kinds.find((each) => Object.hasOwn(each.operators, base));
  const fault = kind === undefined ? undefined : checkUse(kind, stack.value, right);
  if (fault !== undefined) return fail(fault);
  const operator = known.engine.get([...decorators, base].join(':'));
  if (operator === null) return fail({ message: `unknown operator "${written}"` });
  const isQuiet =
    !isOwn &&
    (kind !== undefined || neverThrow.has(base)) &&
    decorators.every((name) => quietDecorators.has(name));
  return ok({
    test: (factValue, compareValue) => operator.evaluate(factValue, compareValue),
    mayThrow: !isQuiet,
    isBoolean: !isOwn,
    ...(isOwn ? {} : { stack: stack.value }),
  });
}

function checkUse(kind: OperatorKind, stack: OperatorStack, right: ValueOperand): OperatorFault | undefined {
  const { base: name, decorators } = stack;
  if (right.kind === 'fact' || decorators.includes('swap'))
    return kind.takesFixedValue
      ? { message: `"${name}" takes a fixed value, not one from the event` }
      : undefined;
  const hasEachValue = decorators.includes('someValue') || decorators.includes('everyValue');
  return kind.prepare?.({ name, value: right.value, hasEachValue });
}

/** `ignoreCase:someValue:matches` -> decorators and operator; the library also allows an operator with colons in its name. */
function splitName(known: Known, written: string): Result<OperatorStack, OperatorFault> {
  const decorators: string[] = [];
  let rest = written;
  while (!known.names.has(rest)) {
    const colon = rest.indexOf(':');
    if (colon <= 0) return fail(unknownName('operator', rest, known.names));
    const decorator = rest.slice(0, colon);
    if (!known.engine.decorators.has(decorator))
      return fail(unknownName('decorator', decorator, new Set(known.engine.decorators.keys())));
    decorators.push(decorator);
    rest = rest.slice(colon + 1);
    if (decorators.length > decoratorsMax) return fail({ message: `more than ${decoratorsMax} decorators` });
  }
  return ok(withoutFoldedValue({ decorators, base: rest }, known));
}

/**
 * Lower-casing a pattern would change its meaning (`\S`), and a list's name is no text to compare: these
 * operators have a form of their own for `ignoreCase:`.
 */
function withoutFoldedValue(stack: OperatorStack, known: Known): OperatorStack {
  const folded = `${stack.base} ignoring case`;
  const hasForm = known.kinds.some((kind) => Object.hasOwn(kind.operators, folded));
  if (!hasForm || Object.hasOwn(known.own, stack.base) || !stack.decorators.includes('ignoreCase'))
    return stack;
  return { decorators: stack.decorators.filter((name) => name !== 'ignoreCase'), base: folded };
}

function unknownName(what: string, name: string, names: ReadonlySet<string>): OperatorFault {
  const candidates = [...names].filter((each) => !/[: ]/.test(each));
  const meant =
    (what === 'operator' ? ofOtherWords(otherOperators, name) : undefined) ?? didYouMean(name, candidates);
  const hint = meant === undefined ? `there are: ${candidates.join(', ')}` : `did you mean "${meant}"?`;
  return { message: `unknown ${what} "${name}"`, hint };
}

/** A promise is always truthy: an asynchronous operator would fire on everything. */
function refusePromises(name: string, operator: OwnOperator): OwnOperator {
  return (factValue, compareValue) => {
    const result = operator(factValue, compareValue);
    if (result instanceof Promise)
      throw new TypeError(`operator "${name}" is asynchronous, which is not supported`);
    return result;
  };
}
