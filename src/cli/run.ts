import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { startService } from '../app/app.ts';
import type { Service } from '../app/life-cycle.ts';
import type { Config } from '../config/config.ts';
import { PinoLog } from '../runtime/pino-log.ts';
import type { Log } from '../shared/ports/log.ts';
import type { CommandContext } from './command-context.ts';
import { type ExitCode, exitCode } from './exit-code.ts';
import { configOption, configOrComplain } from './load-config.ts';

/** How long the outbox may take to empty after SIGTERM; what is left is sent after the next start. */
const drainMs = 10_000;

/** A stop takes no longer than this, whatever hangs; what was committed stays, and the rest is read again. */
const stopLimitMs = 60_000;

/** When all is closed, and the process still does not end: so long for whatever keeps it. */
const lingerMs = 5_000;

/** `tocsin run`: the service, until SIGTERM or SIGINT. */
export function registerRun(program: Command, context: CommandContext): void {
  program
    .command('run')
    .description(
      'the service: reads, detects and tells until SIGTERM; SIGHUP reads rules and lists again at once',
    )
    .option(...configOption)
    .action(
      context.act(async (options: { config?: string }) => {
        const config = configOrComplain(context, options.config);
        if (config === undefined) return exitCode.usage;
        const log = new PinoLog({ level: config.logLevel, stream: process.stderr });
        return runUntilSignal(config, { log, whenUp: reloadOnHangup() });
      }),
    );
}

/**
 * SIGHUP: read rules and lists again. Heard from now on, so that one that comes before the service is up does not end the
 * process. Not for `start`, which ends with its terminal.
 */
function reloadOnHangup(): (service: Service) => () => void {
  let service: Service | undefined;
  const reload = (): void => service?.reloadRules();
  process.on('SIGHUP', reload);
  return (started) => {
    service = started;
    return () => process.off('SIGHUP', reload);
  };
}

export interface RunOptions {
  readonly log: Log;
  /** Called once the service reads; what it returns is called when it stops. */
  readonly whenUp?: (service: Service) => (() => void) | undefined;
}

/**
 * Runs the service until a signal or until its world breaks. The first signal drains and commits; a second one ends
 * the process at once (what was committed stays, the rest is read again). The process ends soon after this has resolved,
 * with its code, also where a client that hangs, or code of the user's own, would keep it.
 */
export async function runUntilSignal(config: Config, options: RunOptions): Promise<ExitCode> {
  const signals = listenForSignals();
  try {
    const service = await startService(config, { log: options.log });
    options.log.info('up', { status: service.address });
    const whenDown = options.whenUp?.(service);
    const ended = await Promise.race([signals.first, service.failed]);
    whenDown?.();
    const code = await endOf(service, ended, options.log);
    endWhoeverLingers(code, options.log);
    return code;
  } finally {
    signals.close();
  }
}

async function endOf(service: Service, ended: NodeJS.Signals | Error, log: Log): Promise<ExitCode> {
  const over = new AbortController();
  const timeIsUp = sleep(stopLimitMs, exitCode.world, { signal: over.signal }).catch(() => exitCode.world);
  const stopped = ended instanceof Error ? abandoned(service, ended, log) : drained(service, ended, log);
  const code = await Promise.race([stopped, timeIsUp.then(() => null)]);
  over.abort();
  if (code !== null) return code;
  const waitsFor = service.stopsAt;
  log.error('the stop did not end in time: the process ends without it', { afterMs: stopLimitMs, waitsFor });
  return exitCode.world;
}

async function abandoned(service: Service, error: Error, log: Log): Promise<ExitCode> {
  log.error(`stopped: ${error.message}`, { cause: error.cause });
  await service.abandon();
  return exitCode.world;
}

async function drained(service: Service, signal: NodeJS.Signals, log: Log): Promise<ExitCode> {
  log.info(`${signal}: draining`);
  const { left } = await service.stop(drainMs);
  log.info(left === 0 ? 'stopped; everything was told' : `stopped; ${left} messages wait for the next start`);
  return exitCode.well;
}

/** Nothing of tocsin's own is open any more. A client that was joining its group goes on for as long as it likes to. */
function endWhoeverLingers(code: ExitCode, log: Log): void {
  const linger = setTimeout(() => {
    log.warn(
      'something keeps the process though all is closed, a client that hangs say: it ends without that',
      {
        afterMs: lingerMs,
      },
    );
    process.exit(code);
  }, lingerMs);
  linger.unref();
}

function listenForSignals(): { first: Promise<NodeJS.Signals>; close(): void } {
  let seen = 0;
  let resolveFirst: (signal: NodeJS.Signals) => void = () => undefined;
  const first = new Promise<NodeJS.Signals>((resolve) => {
    resolveFirst = resolve;
  });
  const onSignal = (signal: NodeJS.Signals): void => {
    seen += 1;
    if (seen > 1) process.exit(exitCode.world);
    resolveFirst(signal);
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  const close = (): void => {
    process.off('SIGTERM', onSignal);
    process.off('SIGINT', onSignal);
  };
  return { first, close };
}
