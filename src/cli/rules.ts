import type { Command } from 'commander';
import { describeFault } from '../config/rule-fault.ts';
import { loadRules } from '../config/rule-files.ts';
import { askAndRunRuleTests, type RuleTestResult } from '../engine/run-rule-tests.ts';
import type { CommandContext } from './command-context.ts';
import { type ExitCode, exitCode } from './exit-code.ts';
import { cacheOption } from './rule-caches.ts';
import {
  addModuleOptions,
  namesOption,
  namesOrComplain,
  placeholdersOption,
  type RuleNameOptions,
} from './rule-names.ts';
import { registerRulesCheck } from './rules-check.ts';
import { registerRulesExplain } from './rules-explain.ts';
import { complain, jsonLine, print, printable, type Terminal } from './terminal.ts';

/** `tocsin rules check`, `tocsin rules test` and `tocsin rules explain`. */
export function registerRuleCommands(program: Command, context: CommandContext): void {
  const rules = program.command('rules').description('check and test detection rules');
  registerRulesCheck(rules, context);
  addModuleOptions(rules.command('test [paths...]'))
    .description('run the rules’ own tests in the engine that runs in production (default: rules)')
    .option(...namesOption)
    .option(...placeholdersOption)
    .option(...cacheOption)
    .option('--json', 'one result a line')
    .action(
      context.act(async (paths: string[], options: RulesOptions) => test(orDefault(paths), options, context)),
    );
  registerRulesExplain(rules, context);
}

interface RulesOptions extends RuleNameOptions {
  readonly json?: boolean;
}

const orDefault = (paths: readonly string[]): readonly string[] => (paths.length === 0 ? ['rules'] : paths);

async function test(
  paths: readonly string[],
  options: RulesOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const { terminal } = context;
  const names = await namesOrComplain(options, context);
  if (names === undefined) return exitCode.usage;
  const { rules, drafts, faults } = loadRules(paths, names);
  for (const fault of faults) complain(terminal, describeFault(fault));
  const results: RuleTestResult[] = [];
  const all = [...rules, ...drafts];
  for (const loaded of all) results.push(...(await askAndRunRuleTests(loaded, { ...names, rules: all })));
  for (const result of results)
    print(terminal, options.json ? jsonLine(result) : resultLine(terminal, result));
  const failed = results.filter((result) => result.problems.length > 0).length;
  const untested = rules.filter(({ tests }) => tests.length === 0).map(({ rule }) => rule.id);
  if (untested.length > 0) complain(terminal, `without tests: ${untested.join(', ')}`);
  complain(terminal, `${results.length - failed} passed, ${failed} failed`);
  return failed === 0 && faults.length === 0 ? exitCode.well : exitCode.foundFaults;
}

function resultLine(terminal: Terminal, { ruleId, test: name, problems }: RuleTestResult): string {
  const { colours } = terminal;
  const mark = problems.length === 0 ? colours.green('✓') : colours.red('✗');
  return [`${mark} ${ruleId}: ${printable(name)}`, ...problems.map((problem) => `    ${problem}`)].join('\n');
}
