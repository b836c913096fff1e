import type { Command } from 'commander';
import { remarksOn } from '../config/condition-remarks.ts';
import { describeFault } from '../config/rule-fault.ts';
import { type LoadedRules, loadRules } from '../config/rule-files.ts';
import type { LoadedRule } from '../config/rule-read.ts';
import { type AlwaysTried, type CompiledMatcher, compileMatcher } from '../detect/match/matcher.ts';
import type { SourceConfig } from '../shared/model/source-config.ts';
import type { CommandContext } from './command-context.ts';
import { type ExitCode, exitCode } from './exit-code.ts';
import { configOrComplain } from './load-config.ts';
import { compileFaultLine } from './load-rules.ts';
import { cacheOption } from './rule-caches.ts';
import {
  addModuleOptions,
  namesOption,
  namesOrComplain,
  placeholdersOption,
  type RuleNameOptions,
} from './rule-names.ts';
import { columns, complain, complainPainted, jsonLine, print, printable, type Terminal } from './terminal.ts';

interface CheckOptions extends RuleNameOptions {
  readonly alwaysTried?: boolean;
  readonly json?: boolean;
}

/** `tocsin rules check`: a verdict for each rule, every fault with its place. */
export function registerRulesCheck(rules: Command, context: CommandContext): void {
  addModuleOptions(rules.command('check [paths...]'))
    .description('a verdict for each rule, and every fault with its place (default: rules)')
    .option(...namesOption)
    .option(...placeholdersOption)
    .option(...cacheOption)
    .option('--always-tried', 'also which rules are tried on every event, and why')
    .option('--json', 'one verdict a line')
    .action(
      context.act((paths: string[], options: CheckOptions) =>
        check(paths.length === 0 ? ['rules'] : paths, options, context),
      ),
    );
}

async function check(
  paths: readonly string[],
  options: CheckOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const { terminal } = context;
  const names = await namesOrComplain(options, context);
  if (names === undefined) return exitCode.usage;
  const loaded = loadRules(paths, names);
  const compiled = compileMatcher(
    loaded.rules.map(({ rule }) => rule),
    { ...names, sources: sourcesOf(options, context) },
  );
  const checked = judge(loaded, compiled, options);
  if (options.json) sayJson(terminal, checked);
  else say(terminal, checked);
  const { good, faults } = checked;
  complain(terminal, `${good.length} rules loaded, ${loaded.drafts.length} drafts, ${faults.length} faults`);
  const isWell = faults.length === 0 && good.length + loaded.drafts.length > 0;
  return isWell ? exitCode.well : exitCode.foundFaults;
}

/** Which rules are tried on every event depends on what the sources are. */
function sourcesOf({ alwaysTried, config }: CheckOptions, context: CommandContext): readonly SourceConfig[] {
  if (alwaysTried !== true || config === undefined) return [];
  return configOrComplain(context, config)?.sources ?? [];
}

interface Checked {
  readonly good: readonly LoadedRule[];
  readonly drafts: readonly LoadedRule[];
  /** As a line, and as an object. */
  readonly faults: readonly { readonly line: string; readonly fault: object }[];
  readonly alwaysTried: readonly AlwaysTried[];
  readonly remarks: ReturnType<typeof remarksOn>;
}

function judge(
  { rules, drafts, faults }: LoadedRules,
  compiled: CompiledMatcher,
  options: CheckOptions,
): Checked {
  const faulty = new Set(compiled.faults.map((fault) => fault.ruleId));
  const good = rules.filter(({ rule }) => !faulty.has(rule.id));
  return {
    good,
    drafts,
    remarks: remarksOn([...good, ...drafts]),
    faults: [
      ...faults.map((fault) => ({ line: describeFault(fault), fault })),
      ...compiled.faults.map((fault) => ({ line: compileFaultLine(fault, rules), fault })),
    ],
    alwaysTried: options.alwaysTried === true ? compiled.alwaysTried() : [],
  };
}

function sayJson(terminal: Terminal, { good, drafts, faults, alwaysTried, remarks }: Checked): void {
  const reasons = Map.groupBy(alwaysTried, ({ ruleId }) => ruleId);
  for (const { rule } of [...good, ...drafts]) {
    const tried = reasons.get(rule.id);
    const verdict = { rule: rule.id, file: rule.origin.file, verdict: rule.status };
    print(
      terminal,
      jsonLine(
        tried === undefined ? verdict : { ...verdict, alwaysTried: tried.map(({ reason }) => reason) },
      ),
    );
  }
  for (const remark of remarks) print(terminal, jsonLine({ verdict: 'remark', ...remark }));
  for (const { fault } of faults) print(terminal, jsonLine({ verdict: 'fault', ...fault }));
}

function say(terminal: Terminal, { good, drafts, faults, alwaysTried, remarks }: Checked): void {
  const { colours } = terminal;
  for (const line of columns([...good, ...drafts].map((loaded) => verdictRow(terminal, loaded))))
    print(terminal, line);
  if (alwaysTried.length > 0) print(terminal, `\ntried on every event:`);
  for (const line of columns(alwaysTried.map(({ ruleId, reason }) => [`  ${ruleId}`, colours.dim(reason)])))
    print(terminal, line);
  for (const remark of remarks)
    complainPainted(terminal, `${colours.yellow('!')} ${printable(describeFault(remark), 500)}`);
  for (const { line } of faults) complainPainted(terminal, `${colours.red('✗')} ${printable(line, 500)}`);
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
