import { didYouMean } from '../../shared/did-you-mean.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { ConditionFault, ConditionNode, ValueOperand } from './condition-node.ts';
import { type FactFault, parseFact } from './fact-operand.ts';
import type { OperatorTable } from './operator-table.ts';
import { ofOtherWords, otherMembers } from './other-words.ts';
import type { OwnFacts } from './own-facts/own-fact.ts';

/** What a rule may cost at most, so that one rule is slow for nobody else. Beyond it the rule is refused. */
const conditionLimits = { depth: 64, leaves: 10_000, nodes: 20_000, listItems: 10_000 } as const;

/** What names in a condition refer to. */
export interface ConditionContext {
  readonly operators: OperatorTable;
  /** Named conditions, for `{"condition": "name"}`. */
  readonly conditions?: Readonly<Record<string, unknown>>;
  /** Facts that are computed; every other name is a field of the event. */
  readonly facts?: OwnFacts;
}

type JsonObject = Readonly<Record<string, unknown>>;

interface Walk {
  readonly context: ConditionContext;
  readonly faults: ConditionFault[];
  /** Names of the references being followed, to find circles. */
  readonly following: readonly string[];
  readonly depth: number;
  /** Shared by the whole tree, references followed. */
  readonly counter: { leaves: number; nodes: number };
}

/** More faults than this in one tree say nothing new. */
const faultsMax = 100;

/** Checks a json-rules-engine condition tree and resolves every name in it; all faults at once, with their paths. */
export function parseCondition(
  tree: unknown,
  context: ConditionContext,
): Result<ConditionNode, ConditionFault[]> {
  const walk: Walk = { context, faults: [], following: [], depth: 0, counter: { leaves: 0, nodes: 0 } };
  const root = isObject(tree) && groupKey(tree) === undefined && !Object.hasOwn(tree, 'condition');
  if (root) addRootFault(walk, tree);
  const node = root ? undefined : parseRoot(walk, tree);
  return node === undefined || walk.faults.length > 0 ? fail(walk.faults) : ok(node);
}

function addRootFault(walk: Walk, tree: object): void {
  const isLeaf = Object.hasOwn(tree, 'fact') || Object.hasOwn(tree, 'operator');
  const hint = isLeaf
    ? 'put the comparison into one: {"all": [...]}'
    : hintAmong(Object.keys(tree), ['all', 'any', 'not', 'condition']);
  addFault(walk, '$', 'the root of the conditions must be "all", "any", "not" or "condition"', hint);
}

/** The first of some words that is a misspelling of one that is known, or another language's word for it. */
function hintAmong(written: readonly string[], known: readonly string[]): string | undefined {
  for (const word of written) {
    const meant = ofOtherWords(otherMembers, word) ?? didYouMean(word, known);
    if (meant !== undefined && known.includes(meant)) return `"${word}": did you mean "${meant}"?`;
  }
  return undefined;
}

/** At the root a group wins over a reference; below it the reference wins, as in the library. */
function parseRoot(walk: Walk, tree: unknown): ConditionNode | undefined {
  const key = isObject(tree) ? groupKey(tree) : undefined;
  return isObject(tree) && key !== undefined
    ? parseGroup(walk, tree, { key, at: '$' })
    : parseNode(walk, tree, '$');
}

function parseNode(walk: Walk, node: unknown, at: string): ConditionNode | undefined {
  if (!isObject(node)) return addFault(walk, at, 'a condition must be an object');
  if (walk.depth > conditionLimits.depth)
    return addFault(walk, at, `conditions are nested deeper than ${conditionLimits.depth}`);
  walk.counter.nodes += 1;
  if (walk.counter.nodes > conditionLimits.nodes) {
    const isFirst = walk.counter.nodes === conditionLimits.nodes + 1;
    return isFirst
      ? addFault(walk, at, `more than ${conditionLimits.nodes} conditions in one rule`)
      : undefined;
  }
  if (Object.hasOwn(node, 'condition')) return parseReference(walk, node, at);
  const key = groupKey(node);
  return key === undefined ? parseLeaf(walk, node, at) : parseGroup(walk, node, { key, at });
}

/** Of several the library takes the first of any, all, not, and ignores the rest. */
function groupKey(node: JsonObject): 'any' | 'all' | 'not' | undefined {
  return (['any', 'all', 'not'] as const).find((key) => Object.hasOwn(node, key));
}

interface GroupPlace {
  readonly key: 'any' | 'all' | 'not';
  readonly at: string;
}

function parseGroup(walk: Walk, node: JsonObject, { key, at }: GroupPlace): ConditionNode | undefined {
  const priority = readPriority(walk, node, at);
  const inner: Walk = { ...walk, depth: walk.depth + 1 };
  const content = node[key];
  if (key === 'not') {
    if (Array.isArray(content)) return addFault(walk, `${at}.not`, '"not" takes one condition, not an array');
    const child = parseNode(inner, content, `${at}.not`);
    return child === undefined ? undefined : { kind: 'not', at, priority, child };
  }
  if (!Array.isArray(content)) return addFault(walk, `${at}.${key}`, `"${key}" must be an array`);
  const children: ConditionNode[] = [];
  for (const [index, each] of content.entries()) {
    if (walk.faults.length >= faultsMax) return undefined;
    const child = parseNode(inner, each, `${at}.${key}[${index}]`);
    if (child !== undefined) children.push(child);
  }
  return { kind: key, at, priority, children };
}

function parseReference(walk: Walk, node: JsonObject, at: string): ConditionNode | undefined {
  const name = node['condition'];
  const named = walk.context.conditions ?? {};
  if (typeof name !== 'string' || !Object.hasOwn(named, name)) {
    const meant = typeof name === 'string' ? didYouMean(name, Object.keys(named)) : undefined;
    return addFault(walk, `${at}.condition`, `there is no condition "${String(name)}"`, hintFor(meant));
  }
  if (walk.following.includes(name))
    return addFault(walk, `${at}.condition`, `condition "${name}" refers to itself`);
  const priority = readPriority(walk, node, at);
  const inner: Walk = { ...walk, depth: walk.depth + 1, following: [...walk.following, name] };
  const tree = named[name];
  if (isObject(tree) && groupKey(tree) === undefined && !Object.hasOwn(tree, 'condition'))
    return addFault(walk, at, `the root of condition "${name}" must be "all", "any", "not" or "condition"`);
  const target = parseNode(inner, tree, at);
  return target === undefined ? undefined : { kind: 'reference', at, priority, name, target };
}

function parseLeaf(walk: Walk, node: JsonObject, at: string): ConditionNode | undefined {
  walk.counter.leaves += 1;
  if (walk.counter.leaves > conditionLimits.leaves) {
    const isFirst = walk.counter.leaves === conditionLimits.leaves + 1;
    return isFirst
      ? addFault(walk, at, `more than ${conditionLimits.leaves} comparisons in one rule`)
      : undefined;
  }
  const missing = ['fact', 'operator', 'value'].filter((key) => !Object.hasOwn(node, key));
  if (missing.length > 0) return addMissing(walk, node, { at, missing });
  const left = report(walk, at, parseFact(node, walk.context.facts));
  const right = parseValue(walk, node, at);
  if (right === undefined || left === undefined) return undefined;
  const operatorName = node['operator'];
  if (typeof operatorName !== 'string')
    return addFault(walk, `${at}.operator`, 'the operator must be a text');
  const operator = walk.context.operators.prepare(operatorName, right);
  if (!operator.ok) {
    const where = operator.failure.message.startsWith('unknown') ? 'operator' : 'value';
    return addFault(walk, `${at}.${where}`, operator.failure.message, operator.failure.hint);
  }
  if (comparesRounded(operator.value.stack?.base, right))
    return addFault(
      walk,
      `${at}.value`,
      'whole numbers beyond 2^53 are not told from their neighbours',
      exactHint,
    );
  const priority = readPriority(walk, node, at);
  return { kind: 'leaf', at, priority, left, operatorName, operator: operator.value, right };
}

const exactHint = 'write it as text, and set "exactNumbers": true for its source';
const equalities: ReadonlySet<string> = new Set([
  ...['equal', 'notEqual', 'in', 'notIn', 'contains', 'doesNotContain'],
]);

/** JSON rounds such numbers, in rules and in events: equal would mean perhaps equal. */
function comparesRounded(operator: string | undefined, right: ValueOperand): boolean {
  if (operator === undefined || !equalities.has(operator) || right.kind === 'fact') return false;
  const values: readonly unknown[] = Array.isArray(right.value) ? right.value : [right.value];
  return values.some((value) => Number.isInteger(value) && !Number.isSafeInteger(value));
}

function parseValue(walk: Walk, node: JsonObject, at: string): ValueOperand | undefined {
  const value = node['value'];
  const operatorName = String(node['operator']);
  if (typeof value === 'string' && walk.context.operators.takesFieldName(operatorName)) {
    const operand = report(walk, `${at}.value`, parseFact({ fact: value }, walk.context.facts));
    return operand === undefined ? undefined : { kind: 'fact', operand };
  }
  if (isObject(value) && Object.hasOwn(value, 'fact')) {
    const operand = report(walk, `${at}.value`, parseFact(value, walk.context.facts));
    return operand === undefined ? undefined : { kind: 'fact', operand };
  }
  if (Array.isArray(value) && value.length > conditionLimits.listItems)
    return addFault(
      walk,
      `${at}.value`,
      `more than ${conditionLimits.listItems} values`,
      'put them in a list (inList)',
    );
  return { kind: 'literal', value };
}

function report<T>(walk: Walk, at: string, result: Result<T, FactFault>): T | undefined {
  if (result.ok) return result.value;
  return addFault(walk, `${at}.${result.failure.member}`, result.failure.message);
}

/** A priority orders evaluation only; 0 counts as 1, but for `"0"` on a leaf: as in the library. */
function readPriority(walk: Walk, node: JsonObject, at: string): number {
  const written = node['priority'];
  if (written === undefined || written === null) return 1;
  const priority = typeof written === 'string' && written.trim() !== '' ? Number(written) : written;
  if (typeof priority === 'number' && Number.isInteger(priority))
    return priority === 0 && (written === 0 || groupKey(node) !== undefined) ? 1 : priority;
  addFault(walk, `${at}.priority`, 'a priority must be a whole number');
  return 1;
}

interface MissingPlace {
  readonly at: string;
  readonly missing: readonly string[];
}

function addMissing(walk: Walk, node: JsonObject, { at, missing }: MissingPlace): undefined {
  const known = [
    'fact',
    'operator',
    'value',
    'all',
    'any',
    'not',
    'condition',
    'path',
    'params',
    'priority',
    'name',
  ];
  const strange = Object.keys(node).filter((key) => !known.includes(key));
  const isExists = missing.join() === 'value' && /(?:^|:)exists$/.test(String(node['operator']));
  const hint = isExists ? 'write "value": true, or false' : hintAmong(strange, known);
  return addFault(walk, at, `a comparison needs ${missing.map((key) => `"${key}"`).join(', ')}`, hint);
}

const hintFor = (meant: string | undefined): string | undefined =>
  meant === undefined ? undefined : `did you mean "${meant}"?`;

// biome-ignore lint/complexity/useMaxParams: the fourth is optional, and there are twenty calls.
function addFault(walk: Walk, path: string, message: string, hint?: string): undefined {
  if (walk.faults.length < faultsMax)
    walk.faults.push(hint === undefined ? { path, message } : { path, message, hint });
  return undefined;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
