import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Config } from '../config/config-model.ts';
import { defaultFactLimits } from '../config/fact-limits-schema.ts';
import { readLists } from '../config/read-lists.ts';
import type { LoadRulesOptions } from '../config/rule-files.ts';
import { type Placeholders, readPlaceholders } from '../config/sigma-placeholders.ts';
import { loadOwnModules, type OwnModules } from '../live-rules/load-own-modules.ts';
import { SystemClock } from '../runtime/system-clock.ts';
import type { CommandContext } from './command-context.ts';
import { configOrComplain } from './load-config.ts';
import { type CacheOptions, openCaches, type RuleCaches } from './rule-caches.ts';
import { complain } from './terminal.ts';

/** Modules with operators and facts of the user's own, as given on the command line. */
interface ModuleOptions {
  readonly operators?: string;
  readonly facts?: string;
}

export interface RuleNameOptions extends ModuleOptions, CacheOptions {
  readonly config?: string;
  readonly placeholders?: string;
}

/** What the placeholders in Sigma's rules stand for. */
export const placeholdersOption = [
  '--placeholders <path>',
  "values of the placeholders in Sigma's rules: {name: [values]} in YAML or JSON, a file or a folder of them",
] as const;

/** What rules may name: operators, facts, and with a configuration its lists, which are Sigma's placeholders, too. */
export type RuleNames = OwnModules & Pick<LoadRulesOptions, 'lists' | 'placeholders'> & RuleCaches;

/** For commands that take nothing else from a configuration. */
export const namesOption = [
  '-c, --config <file>',
  'configuration whose lists, operators and facts the rules may name; without one any list is taken, and empty',
] as const;

/** Adds the options that name modules, which come on top of the configuration's. */
export function addModuleOptions(command: Command): Command {
  return command
    .option('--operators <module>', 'a module that exports more operators, each a function')
    .option('--facts <module>', 'a module that exports more facts, each a function, asynchronous or not');
}

/** The modules of the options and the configuration; undefined, and said why, where one cannot be loaded. */
export async function modulesOrComplain(
  { operators, facts }: ModuleOptions,
  config: Pick<Config, 'operators' | 'facts' | 'factLimits'> | undefined,
  { cwd, terminal }: CommandContext,
): Promise<OwnModules | undefined> {
  const given = (file: string | undefined): readonly string[] =>
    file === undefined ? [] : [resolve(cwd, file)];
  const loaded = await loadOwnModules(
    {
      operators: [...(config?.operators ?? []), ...given(operators)],
      facts: [...(config?.facts ?? []), ...given(facts)],
      factLimits: config?.factLimits ?? defaultFactLimits,
    },
    new SystemClock(),
  );
  if (loaded.ok) return loaded.value;
  complain(terminal, loaded.failure);
  return undefined;
}

/** What the options and the configuration they name give rules to name; undefined, and said why, where some of it is faulty. */
export async function namesOrComplain(
  options: RuleNameOptions,
  context: CommandContext,
): Promise<RuleNames | undefined> {
  const config = options.config === undefined ? undefined : configOrComplain(context, options.config);
  if (config === undefined && options.config !== undefined) return undefined;
  const modules = await modulesOrComplain(options, config, context);
  if (modules === undefined) return undefined;
  const placeholders = placeholdersOrComplain(options, context);
  if (placeholders === undefined) return undefined;
  const caches = openCaches(options, context);
  if (config === undefined) return { ...modules, ...caches, placeholders };
  const { lists, entries, faults } = readLists(config.lists);
  for (const { list, message } of faults) complain(context.terminal, `list ${list}: ${message}`);
  return { ...modules, ...caches, lists, placeholders: { ...entries, ...placeholders } };
}

/** The values of `--placeholders`, none without it; undefined, and said why, where they cannot be read. */
export function placeholdersOrComplain(
  { placeholders: path }: Pick<RuleNameOptions, 'placeholders'>,
  { terminal }: CommandContext,
): Placeholders | undefined {
  if (path === undefined) return {};
  const read = readPlaceholders(path);
  if (read.ok) return read.value;
  complain(terminal, read.failure);
  return undefined;
}
