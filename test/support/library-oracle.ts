import { Engine, type TopLevelCondition } from 'json-rules-engine';
import { JSONPath } from 'jsonpath-plus';
import { factNames, moduleOperators } from './condition-arbitraries.ts';

/** What json-rules-engine makes of a rule: its outcome, and the tree with the results of what it evaluated. */
export interface LibraryOutcome {
  readonly outcome: 'fires' | 'silent' | 'rejected';
  readonly conditions?: unknown;
}

type Tree = Readonly<Record<string, unknown>>;

/** Runs one rule in an engine of its own, so that no run shares the library's status with another. */
export async function runLibrary(
  tree: Tree,
  fields: Tree,
  named: Readonly<Record<string, Tree>>,
): Promise<LibraryOutcome> {
  const engine = new Engine([], {
    allowUndefinedFacts: true,
    pathResolver: (value: object, path: string) => JSONPath({ path, json: value, wrap: false, eval: false }),
  });
  for (const [name, operator] of Object.entries({ ...namesake, ...moduleOperators }))
    engine.addOperator(name, (a: unknown, b: unknown) => operator(a, b) as boolean);
  engine.addOperatorDecorator('ignoreCase', (a: unknown, b: unknown, next) => next(lower(a), lower(b)));
  for (const [name, condition] of Object.entries(named))
    engine.setCondition(name, structuredClone(condition) as unknown as TopLevelCondition);
  engine.addRule({
    conditions: structuredClone(tree) as unknown as TopLevelCondition,
    event: { type: 'fired' },
  });
  try {
    const { events, results, failureResults } = await engine.run(factsOf(fields));
    const [result] = [...results, ...failureResults];
    return { outcome: events.length > 0 ? 'fires' : 'silent', conditions: result?.conditions };
  } catch {
    return { outcome: 'rejected' };
  }
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
const namesake: Readonly<Record<string, (a: unknown, b: unknown) => unknown>> = {
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
