import type { Command } from 'commander';
import { assembleEngine } from '../assemble-engine.ts';
import { describeFault } from '../config/rule-fault.ts';
import { loadRules } from '../config/rule-files.ts';
import type { LoadedRule } from '../config/rule-read.ts';
import { askAndRunRuleTests, type RuleTestResult } from '../run-rule-tests.ts';
import type { CommandContext } from './command-context.ts';
import { type ExitCode, exitCode } from './exit-code.ts';
import { compileFaultLine } from './load-rules.ts';
import { addModuleOptions, namesOption, namesOrComplain, type RuleNameOptions } from './rule-names.ts';
import { registerRulesExplain } from './rules-explain.ts';
import { columns, complain, print, printable, type Terminal } from './terminal.ts';

/** `tocsin rules check`, `tocsin rules test` and `tocsin rules explain`. */
export function registerRuleCommands(program: Command, context: CommandContext): void {
  const rules = program.command('rules').description('check and test detection rules');
  addModuleOptions(rules.command('check [paths...]'))
    .description('a verdict for each rule, and every fault with its place (default: rules)')
    .option(...namesOption)
    .option('--json', 'one verdict a line')
    .action(
      context.act(async (paths: string[], options: RulesOptions) =>
        check(orDefault(paths), options, context),
      ),
    );
  addModuleOptions(rules.command('test [paths...]'))
    .description('run the rules’ own tests in the engine that runs in production (default: rules)')
    .option(...namesOption)
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

async function check(
  paths: readonly string[],
  options: RulesOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const { terminal } = context;
  const names = await namesOrComplain(options, context);
  if (names === undefined) return exitCode.usage;
  const { rules, drafts, faults } = loadRules(paths, names);
  const compiled = assembleEngine({ rules: rules.map(({ rule }) => rule), sources: [], ...names });
  const faulty = new Set(compiled.faults.map((fault) => fault.ruleId));
  const good = rules.filter(({ rule }) => !faulty.has(rule.id));
  const lines = [
    ...faults.map(describeFault),
    ...compiled.faults.map((fault) => compileFaultLine(fault, rules)),
  ];
  if (options.json) {
    for (const { rule } of good)
      print(terminal, JSON.stringify({ rule: rule.id, file: rule.origin.file, verdict: rule.status }));
    for (const { rule } of drafts)
      print(terminal, JSON.stringify({ rule: rule.id, file: rule.origin.file, verdict: 'draft' }));
    for (const fault of [...faults, ...compiled.faults])
      print(terminal, JSON.stringify({ verdict: 'fault', ...fault }));
  } else {
    for (const line of columns([...good, ...drafts].map((loaded) => verdictRow(terminal, loaded))))
      print(terminal, line);
    for (const line of lines) complain(terminal, `${terminal.colours.red('✗')} ${printable(line, 500)}`);
  }
  complain(terminal, `${good.length} rules loaded, ${drafts.length} drafts, ${lines.length} faults`);
  return lines.length === 0 && good.length + drafts.length > 0 ? exitCode.well : exitCode.foundFaults;
}

function verdictRow(terminal: Terminal, { rule, tests }: LoadedRule): string[] {
  const { colours } = terminal;
  const kind = rule.window === undefined ? 'every match' : rule.window.type;
  const tested = tests.length === 0 ? colours.yellow('no tests') : `${tests.length} tests`;
  return [
    colours.green('✓'),
    rule.id,
    rule.status,
    rule.severity,
    kind,
    tested,
    colours.dim(rule.origin.file),
  ];
}

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
    print(terminal, options.json ? JSON.stringify(result) : resultLine(terminal, result));
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
