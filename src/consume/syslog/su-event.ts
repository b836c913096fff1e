import type { ProgramEvent } from './program-event.ts';

const successful = /^Successful su for (\S{1,64}) by (\S{1,64})$/;
const failed = /^FAILED (?:su for|SU \(to) (\S{1,64}?)\)? (?:by )?(\S{1,64})(?: on \S{1,64})?$/;
const onTerminal = /^\(to (\S{1,64})\) (\S{1,64}) on \S{1,64}$/;

/** What a message of su tells (shadow's and util-linux's texts). Its second line for the same act tells nothing more. */
export function suEvent(message: string): ProgramEvent | undefined {
  const good = successful.exec(message) ?? onTerminal.exec(message);
  if (good !== null) return su('success', good);
  const bad = failed.exec(message);
  return bad === null ? undefined : su('failure', bad);
}

const su = (outcome: 'success' | 'failure', found: RegExpExecArray): ProgramEvent => ({
  action: 'su',
  outcome,
  category: 'authentication',
  user: found[2],
  asUser: found[1],
});
