import type { Command } from 'commander';
import { loadRules } from '../config/rule-files.ts';
import { compileDecoder } from '../consume/decode-record.ts';
import { type Explanation, explainAskedCondition } from '../detect/match/explain.ts';
import { createOperatorTable } from '../detect/match/operator-table.ts';
import { inputsOf } from '../detect/rule-inputs.ts';
import type { EventFields, LogEvent } from '../shared/model/log-event.ts';
import type { CommandContext } from './command-context.ts';
import { addEventOptions, type EventOptions, sourceFromOptions } from './event-options.ts';
import { type ExitCode, exitCode } from './exit-code.ts';
import { readLines } from './read-lines.ts';
import { addModuleOptions, namesOption, namesOrComplain, type RuleNameOptions } from './rule-names.ts';
import { complain, print, printable, type Terminal } from './terminal.ts';

interface ExplainOptions extends EventOptions, RuleNameOptions {
  readonly event: string;
  readonly rules: readonly string[];
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
    .option('-r, --rules <paths...>', 'rule files or folders', ['rules'])
    .option(...namesOption)
    .option('--json', 'one explanation a line');
  addEventOptions(addModuleOptions(command)).action(
    context.act((id: string, options: ExplainOptions) => explain(id, options, context)),
  );
}

async function explain(id: string, options: ExplainOptions, command: CommandContext): Promise<ExitCode> {
  const { terminal } = command;
  const names = await namesOrComplain(options, command);
  if (names === undefined) return exitCode.usage;
  const { rules, drafts } = loadRules(options.rules, names);
  const found = [...rules, ...drafts].find(({ rule }) => rule.id === id);
  if (found === undefined) {
    complain(terminal, `no rule "${id}" in ${options.rules.join(', ')}; tocsin rules check lists them`);
    return exitCode.usage;
  }
  const inputs = inputsOf(found.rule)?.rules;
  if (inputs !== undefined) {
    complain(terminal, `rule "${id}" has no conditions; it follows from rules: ${inputs.join(', ')}`);
    return exitCode.usage;
  }
  const context = { operators: createOperatorTable(names), facts: names.facts };
  for (const { line, fields } of await eventsOf(options)) {
    const explained = await explainAskedCondition(found.rule.conditions, fields, context);
    if (!explained.ok) {
      for (const fault of explained.failure) complain(terminal, `${fault.path}: ${fault.message}`);
      return exitCode.foundFaults;
    }
    const { matches, tree } = explained.value;
    if (options.json) print(terminal, JSON.stringify({ line, matches, tree }));
    else for (const text of explanationLines(terminal, { line, matches, tree })) print(terminal, text);
  }
  return exitCode.well;
}

async function eventsOf(options: ExplainOptions): Promise<readonly { line: number; fields: EventFields }[]> {
  const decoder = compileDecoder(sourceFromOptions('explain', options));
  const events: { line: number; fields: EventFields }[] = [];
  for await (const { firstLine, lines } of readLines(options.event)) {
    for (const [index, value] of lines.entries()) {
      if (value.length === 0) continue;
      const at = { topic: 'explain', partition: 0, offset: 0, key: null, value, headers: [], timestampMs: 0 };
      const decoded = decoder.decode(at, 0);
      const found: readonly LogEvent[] = decoded.ok ? decoded.value : decoded.failure.events;
      for (const { fields } of found) events.push({ line: firstLine + index, fields });
    }
  }
  return events;
}

function explanationLines(
  terminal: Terminal,
  of: { line: number; matches: boolean; tree: Explanation },
): string[] {
  const verdict = of.matches ? terminal.colours.green('matches') : terminal.colours.red('does not match');
  return [`line ${of.line}: ${verdict}`, ...nodeLines(terminal, of.tree, 1)];
}

function nodeLines(terminal: Terminal, node: Explanation, depth: number): string[] {
  const { colours } = terminal;
  const mark = node.result ? colours.green('✓') : colours.red('✗');
  const isLeaf = node.children === undefined;
  const seen = isLeaf
    ? `  ${colours.dim(`saw ${node.seen === undefined ? 'nothing' : printable(node.seen, 120)}`)}`
    : '';
  const compared =
    node.comparedWith === undefined ? '' : colours.dim(`, beside ${printable(node.comparedWith, 120)}`);
  const error = node.error === undefined ? '' : colours.red(`  ${printable(node.error)}`);
  const own = `${'  '.repeat(depth)}${mark} ${printable(node.node)}${seen}${compared}${error}`;
  return [own, ...(node.children ?? []).flatMap((child) => nodeLines(terminal, child, depth + 1))];
}
