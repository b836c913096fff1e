import { Command, CommanderError } from 'commander';
import { readEnvironment } from '../config/env.ts';
import { WorldError } from '../shared/world-error.ts';
import type { CommandContext } from './command-context.ts';
import { registerConfigCommands } from './config-check.ts';
import { type ExitCode, exitCode } from './exit-code.ts';
import { registerIncidentCommands } from './incidents.ts';
import { registerIngest } from './ingest.ts';
import { registerMatch } from './match.ts';
import { registerOutboxCommands } from './outbox.ts';
import { UnreadableFile } from './read-lines.ts';
import { registerReplay } from './replay.ts';
import { registerRouteCommands } from './routes.ts';
import { registerRuleCommands } from './rules.ts';
import { registerRun } from './run.ts';
import { registerSilenceCommands } from './silence.ts';
import { registerStart } from './start.ts';
import { registerTail } from './tail.ts';
import { complain, openTerminal, type Terminal } from './terminal.ts';
import { version } from './version.ts';

/** Runs one command line (without `node` and the script) and gives the exit code. Never throws. */
export async function runProgram(argv: readonly string[]): Promise<ExitCode> {
  const env = readEnvironment();
  const terminal = openTerminal({
    out: process.stdout,
    err: process.stderr,
    noColor: Boolean(env['NO_COLOR']),
  });
  let ended: ExitCode = exitCode.well;
  const context: CommandContext = {
    terminal,
    env,
    cwd: process.cwd(),
    act:
      (work) =>
      async (...args) => {
        ended = await work(...args);
      },
  };
  try {
    await buildProgram(context).parseAsync([...argv], { from: 'user' });
    return ended;
  } catch (error) {
    return explainEnd(error, terminal);
  }
}

function buildProgram(context: CommandContext): Command {
  const program = new Command('tocsin')
    .description('Real-time security alerting on log streams.')
    .version(version, '-V, --version')
    // `incidents ack ID --version 3` is about an incident.
    .enablePositionalOptions()
    .showHelpAfterError('(tocsin --help, or tocsin COMMAND --help, says more)')
    .showSuggestionAfterError()
    .exitOverride();
  registerStart(program, context);
  registerRun(program, context);
  registerMatch(program, context);
  registerReplay(program, context);
  registerRuleCommands(program, context);
  registerIncidentCommands(program, context);
  registerSilenceCommands(program, context);
  registerRouteCommands(program, context);
  registerOutboxCommands(program, context);
  registerTail(program, context);
  registerIngest(program, context);
  registerConfigCommands(program, context);
  return program;
}

function explainEnd(error: unknown, terminal: Terminal): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.well : exitCode.usage;
  if (error instanceof WorldError) {
    complain(terminal, `tocsin: ${error.message}`);
    return exitCode.world;
  }
  if (error instanceof UnreadableFile) {
    complain(terminal, `tocsin: ${error.message}`);
    return exitCode.usage;
  }
  complain(terminal, `tocsin: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  return exitCode.world;
}
