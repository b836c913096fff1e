import type { Command } from 'commander';
import type { Config } from '../config/config-model.ts';
import { readLists } from '../config/read-lists.ts';
import { describeFault } from '../config/rule-fault.ts';
import { loadRules } from '../config/rule-files.ts';
import type { CommandContext } from './command-context.ts';
import { type ExitCode, exitCode } from './exit-code.ts';
import { configOption, configOrComplain, sayFaults } from './load-config.ts';
import { modulesOrComplain } from './rule-names.ts';
import { columns, complain, print } from './terminal.ts';

/** `tocsin config check`: what is wrong with the configuration and the rules, lists and modules it names; no broker is asked. */
export function registerConfigCommands(program: Command, context: CommandContext): void {
  program
    .command('config')
    .description('look at the configuration')
    .command('check')
    .description('every fault in the configuration, and in the rules and lists it names, with place and hint')
    .option(...configOption)
    .action(context.act(async (options: { config?: string }) => check(options, context)));
}

async function check(options: { config?: string }, context: CommandContext): Promise<ExitCode> {
  const { terminal } = context;
  const config = configOrComplain(context, options.config);
  if (config === undefined) return exitCode.usage;
  sayFaults(terminal, config.warnings);
  const { lists, entries, faults: listFaults } = readLists(config.lists);
  for (const fault of listFaults) complain(terminal, `list ${fault.list}: ${fault.message}`);
  const modules = await modulesOrComplain({}, config, context);
  const { rules, faults } = loadRules(config.rules, { ...modules, lists, placeholders: entries });
  for (const fault of faults) complain(terminal, describeFault(fault));
  for (const line of columns(summary(config, rules.length))) print(terminal, line);
  const count = listFaults.length + faults.length + (modules === undefined ? 1 : 0);
  complain(
    terminal,
    count === 0 ? 'the configuration is good' : `${count} faults in rules, lists and modules`,
  );
  return count === 0 ? exitCode.well : exitCode.usage;
}

/** What the service would do with it. Holds no secrets. */
function summary(config: Config, ruleCount: number): string[][] {
  const { bus } = config;
  const sources = config.sources.map(
    (source) => `${source.name} (${source.format}: ${source.topics.join(' ')})`,
  );
  const receivers = Object.entries(config.receivers).map(
    ([name, receiver]) => `${name} (${Object.keys(receiver).join(' ')})`,
  );
  return [
    ['file', config.file ?? 'none: the defaults'],
    [
      'bus',
      bus.kind === 'kafka'
        ? `Kafka at ${bus.brokers.join(', ')}, group ${bus.groupId}`
        : `embedded log in ${bus.file}`,
    ],
    ['sources', sources.join(', ')],
    ['rules', `${ruleCount} from ${config.rules.join(' ')}`],
    ['receivers', receivers.length === 0 ? 'none: nobody is told' : receivers.join(', ')],
    ['topics', Object.values(config.outputs).join(' ')],
    ['state', config.state.file],
    ['web', webText(config)],
  ];
}

function webText({ web }: Config): string {
  if (web === null) return 'off';
  const links = web.publicUrl === null ? '' : `; messages link to ${web.publicUrl}/incidents`;
  return `http://${web.host}:${web.port}${links}`;
}
