import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import type { CommandContext } from './command-context.ts';
import { registerIncidentCommands } from './incidents.ts';
import { registerOutboxCommands } from './outbox.ts';
import { registerRouteCommands } from './routes.ts';
import { registerSilenceCommands } from './silence.ts';
import { openTerminal } from './terminal.ts';

// What is done about incidents and those who are told of them is done by programs, too.

const context: CommandContext = {
  terminal: openTerminal({ out: process.stdout, err: process.stderr, noColor: true }),
  env: {},
  cwd: '.',
  act: () => async () => undefined,
};

const leaves = (command: Command): readonly Command[] =>
  command.commands.length === 0 ? [command] : command.commands.flatMap(leaves);

describe.each([
  ['incidents', registerIncidentCommands],
  ['silence', registerSilenceCommands],
  ['routes', registerRouteCommands],
  ['outbox', registerOutboxCommands],
] as const)('tocsin %s', (_name, register) => {
  const program = new Command();
  register(program, context);
  test.each(leaves(program).map((leaf) => [leaf.name(), leaf] as const))('%s takes --json', (_sub, leaf) => {
    expect(leaf.options.map(({ long }) => long)).toContain('--json');
  });
});
