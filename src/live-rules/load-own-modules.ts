import { pathToFileURL } from 'node:url';
import type { Config } from '../config/config-model.ts';
import type { OwnOperators } from '../detect/match/operator-kind.ts';
import type { OwnFacts } from '../detect/match/own-facts/own-fact.ts';
import { limitFacts } from '../runtime/limit-facts.ts';
import type { Clock } from '../shared/ports/clock.ts';
import { fail, ok, type Result } from '../shared/result.ts';

/** Operators and facts of the user's own, by name. */
export interface OwnModules {
  readonly operators: OwnOperators;
  readonly facts: OwnFacts;
  /** Facts are asked about so many events at a time. */
  readonly eventsAtOnce: number;
}

/** Files of JavaScript modules, absolute, and what asking their facts may cost. */
type OwnModuleFiles = Pick<Config, 'operators' | 'facts' | 'factLimits'>;

type Exported = (...args: never[]) => unknown;

/**
 * Imports the user's modules: every function that one exports is an operator, or a fact, of that name. They are code and
 * run with the rights of the process. Facts come back with their time bounded. Fails, in words, where a module cannot be
 * imported, exports no function, or two export the same name.
 */
export async function loadOwnModules(
  files: OwnModuleFiles,
  clock: Clock,
): Promise<Result<OwnModules, string>> {
  const operators = await importAll(files.operators, 'operator');
  if (!operators.ok) return operators;
  const facts = await importAll(files.facts, 'fact');
  if (!facts.ok) return facts;
  return ok({
    operators: operators.value as OwnOperators,
    facts: limitFacts(facts.value as OwnFacts, clock, files.factLimits),
    eventsAtOnce: files.factLimits.eventsAtOnce,
  });
}

async function importAll(
  files: readonly string[],
  what: 'operator' | 'fact',
): Promise<Result<Readonly<Record<string, Exported>>, string>> {
  const found = new Map<string, Exported>();
  for (const file of files) {
    const functions = await importFunctions(file);
    if (!functions.ok) return functions;
    if (functions.value.length === 0) return fail(`${file} exports no function: nothing in it is an ${what}`);
    for (const [name, exported] of functions.value) {
      if (found.has(name)) return fail(`${file}: the ${what} "${name}" is exported by another module, too`);
      found.set(name, exported);
    }
  }
  return ok(Object.fromEntries(found));
}

async function importFunctions(file: string): Promise<Result<readonly [string, Exported][], string>> {
  try {
    const exported = (await import(pathToFileURL(file).href)) as Readonly<Record<string, unknown>>;
    const isNamed = ([name, value]: readonly [string, unknown]): boolean =>
      typeof value === 'function' && name !== 'default';
    return ok(Object.entries(exported).filter(isNamed) as [string, Exported][]);
  } catch (error) {
    return fail(`${file} cannot be loaded: ${error instanceof Error ? error.message : String(error)}`);
  }
}
