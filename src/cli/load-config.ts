import { type Config, type ConfigFault, loadConfig } from '../config/config.ts';
import type { CommandContext } from './command-context.ts';
import { complain, type Terminal } from './terminal.ts';

/** The option that most commands share. */
export const configOption = [
  '-c, --config <file>',
  'configuration file (JSON); without one, the embedded log',
] as const;

/** Loads the configuration, or says every fault in it on standard error and gives undefined. */
export function configOrComplain(context: CommandContext, file: string | undefined): Config | undefined {
  const loaded = loadConfig({ ...(file === undefined ? {} : { file }), env: context.env, cwd: context.cwd });
  if (loaded.ok) return loaded.value;
  sayFaults(context.terminal, loaded.failure);
  return undefined;
}

/** One line a fault: where, what, and what was probably meant. */
export function sayFaults(terminal: Terminal, faults: readonly ConfigFault[]): void {
  for (const fault of faults) {
    const hint = fault.hint === undefined ? '' : ` (${fault.hint})`;
    const place = fault.path === '$' ? fault.file : `${fault.file}: ${fault.path}`;
    complain(terminal, `${place}: ${fault.message}${hint}`);
  }
}
