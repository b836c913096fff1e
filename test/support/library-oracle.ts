import { type Almanac, Engine, type TopLevelCondition } from 'json-rules-engine';
import { JSONPath } from 'jsonpath-plus';
import type { OwnOperators } from '../../src/detect/match/operator-kind.ts';
import type { FactAccess, OwnFacts } from '../../src/detect/match/own-facts/own-fact.ts';
import { factNames } from './condition-arbitraries.ts';

type Tree = Readonly<Record<string, unknown>>;

/** A rule as the library takes it. */
export interface LibraryRule {
  readonly name: string;
  readonly conditions: Tree;
  readonly priority: number;
  /** Params of what it emits, which may name facts. */
  readonly params?: Tree;
}

export interface LibraryRun {
  readonly rules: readonly LibraryRule[];
  readonly fields: Tree;
  readonly named: Readonly<Record<string, Tree>>;
  readonly operators: OwnOperators;
  readonly facts: OwnFacts;
}

/** What json-rules-engine makes of rules and one event. */
export interface LibraryOutcome {
  /** The names of the rules that fired, also those that did so although the run was rejected. */
  readonly fired: readonly string[];
  readonly silent: readonly string[];
  /** What the run was rejected with. */
  readonly error: Error | undefined;
  /** What the rules that fired emitted, by name. */
  readonly events: ReadonlyMap<string, object>;
  /** Of each rule that was judged: its tree with the results of what was evaluated. */
  readonly conditions: ReadonlyMap<string, unknown>;
}

/** Runs the rules once, in an engine of their own, so that no run shares the library's status with another. */
export async function runLibrary({
  rules,
  fields,
  named,
  operators,
  facts,
}: LibraryRun): Promise<LibraryOutcome> {
  const engine = openEngine({ ...namesake, ...operators });
  for (const [name, condition] of Object.entries(named))
    engine.setCondition(name, structuredClone(condition) as unknown as TopLevelCondition);
  const [fired, silent] = [[], []] as [string[], string[]];
  const conditions = new Map<string, unknown>();
  const events = new Map<string, object>();
  engine.on('success', (event, _almanac, { name, conditions: tree }) => {
    fired.push(name);
    events.set(name, event);
    conditions.set(name, tree);
  });
  engine.on('failure', (_event, _almanac, { name, conditions: tree }) => {
    silent.push(name);
    conditions.set(name, tree);
  });
  for (const { name, conditions: tree, priority, params } of rules)
    engine.addRule({
      name,
      priority,
      conditions: structuredClone(tree) as unknown as TopLevelCondition,
      event: { type: name, ...(params === undefined ? {} : { params: structuredClone(params) }) },
    });
  // What a fact throws at once is a rejection in tocsin; here it would end the evaluation of its neighbours, too.
  const dynamic = Object.entries(facts).map(([name, fact]) => [
    name,
    async (params: Tree, almanac: Almanac) => fact(params, withFields(almanac)),
  ]);
  const error = await engine.run({ ...factsOf(fields), ...Object.fromEntries(dynamic) }).then(
    () => undefined,
    (rejected: unknown) => rejected,
  );
  // After a rejection the other rules still run to their ends.
  for (let nth = 0; error !== undefined && nth < 2; nth += 1)
    await new Promise((resolve) => setImmediate(resolve));
  return { fired, silent, error: error as Error | undefined, events, conditions };
}

/** The types of the library say no more than what it has. */
const withFields = (almanac: Almanac): FactAccess => almanac as unknown as FactAccess;

function openEngine(operators: OwnOperators): Engine {
  const engine = new Engine([], {
    allowUndefinedFacts: true,
    replaceFactsInEventParams: true,
    pathResolver: (value: object, path: string) => JSONPath({ path, json: value, wrap: false, eval: false }),
  });
  for (const [name, operator] of Object.entries(operators))
    engine.addOperator(name, (a: unknown, b: unknown) => operator(a, b) as boolean);
  engine.addOperatorDecorator('ignoreCase', (a: unknown, b: unknown, next) => next(lower(a), lower(b)));
  return engine;
}

/** The library knows no dotted names: each name of the generator is looked up here, in the plainest way. */
function factsOf(fields: Tree): Record<string, unknown> {
  const facts: Record<string, unknown> = {};
  for (const name of factNames) {
    const value = lookUp(fields, name);
    if (value !== undefined) facts[name] = value;
  }
  return facts;
}

function lookUp(container: unknown, name: string): unknown {
  if (typeof container !== 'object' || container === null) return undefined;
  const own = Object.entries(container).find(([key]) => key === name)?.[1];
  if (own !== undefined) return own;
  for (let dot = name.lastIndexOf('.'); dot > 0; dot = name.lastIndexOf('.', dot - 1)) {
    const inner = Object.entries(container).find(([key]) => key === name.slice(0, dot))?.[1];
    const found = lookUp(inner, name.slice(dot + 1));
    if (found !== undefined) return found;
  }
  return undefined;
}

const isText = (value: unknown): value is string | number =>
  typeof value === 'string' || typeof value === 'number';
const text =
  (holds: (a: string, b: string) => boolean) =>
  (a: unknown, b: unknown): boolean =>
    isText(a) && holds(String(a), String(b));

/** tocsin's operators once more, written as plainly as can be. */
const namesake: OwnOperators = {
  startsWith: text((a, b) => a.slice(0, b.length) === b),
  endsWith: text((a, b) => b === '' || a.slice(-b.length) === b),
  containsText: text((a, b) => a.split(b).length > 1),
  matches: text((a, b) => new RegExp(b).test(a)),
  exists: (a, b) => (a === undefined ? b === false : b === true),
};

const lower = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map((each) => (typeof each === 'string' ? each.toLowerCase() : each))
    : typeof value === 'string'
      ? value.toLowerCase()
      : value;
