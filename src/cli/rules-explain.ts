import type { Command } from 'commander';
import { describeFault } from '../config/rule-fault.ts';
import { loadRules } from '../config/rule-files.ts';
import { compileDecoder } from '../consume/decode-record.ts';
import { explainRule, type RuleExplanation } from '../detect/match/explain-rule.ts';
import { createOperatorTable } from '../detect/match/operator-table.ts';
import { inputsOf } from '../detect/rule-inputs.ts';
import { didYouMean } from '../shared/did-you-mean.ts';
import type { LogEvent } from '../shared/model/log-event.ts';
import type { Rule } from '../shared/model/rule.ts';
import type { CommandContext } from './command-context.ts';
import { addEventOptions, type EventOptions, sourceFromOptions } from './event-options.ts';
import { type ExitCode, exitCode } from './exit-code.ts';
import { explanationLines } from './explanation-lines.ts';
import { readLines } from './read-lines.ts';
import {
  addModuleOptions,
  namesOption,
  namesOrComplain,
  placeholdersOption,
  type RuleNameOptions,
  type RuleNames,
} from './rule-names.ts';
import { rulesOption } from './rules-option.ts';
import { complain, jsonLine, print, type Terminal } from './terminal.ts';
import { UnreadLines } from './unread-lines.ts';

interface ExplainOptions extends EventOptions, RuleNameOptions {
  readonly event: string;
  readonly rules?: readonly string[];
  readonly json?: boolean;
}

/** `tocsin rules explain ID --event FILE`: why a rule matches the events of a file, or does not, leaf by leaf. */
export function registerRulesExplain(rules: Command, context: CommandContext): void {
  const command = rules
    .command('explain <id>')
    .description('why this rule matches an event, or does not: every comparison with the value it saw')
    .requiredOption(
      '-e, --event <file>',
      'a file with the event, or several, one a line (- is standard input)',
    )
    .addOption(rulesOption('a rule file or folder; default: rules'))
    .option(...namesOption)
    .option(...placeholdersOption)
    .option('--json', 'one explanation a line');
  addEventOptions(addModuleOptions(command)).action(
    context.act((id: string, options: ExplainOptions) => explain(id, options, context)),
  );
}

async function explain(id: string, options: ExplainOptions, command: CommandContext): Promise<ExitCode> {
  const names = await namesOrComplain(options, command);
  const rule =
    names === undefined
      ? undefined
      : findRule(id, { paths: options.rules ?? ['rules'], names }, command.terminal);
  if (names === undefined || rule === undefined) return exitCode.usage;
  const context = { operators: createOperatorTable(names), facts: names.facts };
  const explaining = { context, source: sourceFromOptions('explain', options) };
  for (const { line, event } of await eventsOf(options, command.terminal)) {
    const explained = await explainRule(rule, event, explaining);
    if (!explained.ok) {
      for (const fault of explained.failure) complain(command.terminal, `${fault.path}: ${fault.message}`);
      return exitCode.foundFaults;
    }
    say(command.terminal, { line, explained: explained.value }, options);
  }
  if (rule.window !== undefined)
    complain(
      command.terminal,
      `matches count in a window (${rule.window.type}): tocsin replay --firings shows when the rule fires`,
    );
  return exitCode.well;
}

function say(
  terminal: Terminal,
  of: { readonly line: number; readonly explained: RuleExplanation },
  { json }: ExplainOptions,
): void {
  if (json) print(terminal, jsonLine({ line: of.line, ...of.explained }));
  else for (const text of explanationLines(terminal, of)) print(terminal, text);
}

/** The rule of that id that can be explained; else says why there is none. */
function findRule(
  id: string,
  { paths, names }: { readonly paths: readonly string[]; readonly names: RuleNames },
  terminal: Terminal,
): Rule | undefined {
  const { rules, drafts, faults } = loadRules(paths, names);
  const all = [...rules, ...drafts].map(({ rule }) => rule);
  const found = all.find((rule) => rule.id === id);
  const inputs = found === undefined ? undefined : inputsOf(found)?.rules;
  if (found !== undefined && inputs === undefined) return found;
  if (inputs !== undefined)
    // A rule over other rules has nothing that one event could be held against.
    complain(terminal, `rule "${id}" has no conditions; it follows from rules: ${inputs.join(', ')}`);
  else complain(terminal, noSuchRule(id, paths, all));
  for (const fault of faults.filter(({ ruleId }) => ruleId === id)) complain(terminal, describeFault(fault));
  return undefined;
}

function noSuchRule(id: string, paths: readonly string[], all: readonly Rule[]): string {
  const meant = didYouMean(
    id,
    all.map((rule) => rule.id),
  );
  const hint = meant === undefined ? 'tocsin rules check lists them' : `did you mean "${meant}"?`;
  return `no rule "${id}" in ${paths.join(', ')}; ${hint}`;
}

/** The events of the file; a line that holds none is told of. */
async function eventsOf(
  options: ExplainOptions,
  terminal: Terminal,
): Promise<readonly { line: number; event: LogEvent }[]> {
  const decoder = compileDecoder(sourceFromOptions('explain', options));
  const events: { line: number; event: LogEvent }[] = [];
  const unread = new UnreadLines(terminal);
  for await (const { firstLine, lines } of readLines(options.event)) {
    for (const [index, value] of lines.entries()) {
      if (value.length === 0) continue;
      const at = { topic: 'explain', partition: 0, offset: 0, key: null, value, headers: [], timestampMs: 0 };
      const decoded = decoder.decode(at, 0);
      if (!decoded.ok) unread.add(`line ${firstLine + index}`, decoded.failure);
      const found: readonly LogEvent[] = decoded.ok ? decoded.value : decoded.failure.events;
      for (const event of found) events.push({ line: firstLine + index, event });
    }
  }
  unread.end();
  return events;
}
