import type { ProgramEvent } from './program-event.ts';

/** What a message of cron tells: `(USER) CMD (COMMAND)`. */
export function cronEvent(message: string): ProgramEvent | undefined {
  const found = /^\(([^)]{1,64})\) CMD \((.*)\)$/s.exec(message);
  if (found === null) return undefined;
  return {
    action: 'cron_command',
    outcome: 'success',
    category: 'process',
    user: found[1],
    commandLine: found[2]?.trim(),
  };
}
