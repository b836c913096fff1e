import { resolve } from 'node:path';
import { SigmaMemory } from '../config/sigma-memory.ts';
import { SigmaPlans } from '../config/sigma-plans.ts';
import type { CommandContext } from './command-context.ts';
import { complain } from './terminal.ts';

export interface CacheOptions {
  readonly cache?: string;
}

/** For commands that may be given thousands of rules, again and again. */
export const cacheOption = [
  '--cache <file>',
  'remember in this file, and in one with .index behind its name, what rules in Sigma mean: the next time they load faster',
] as const;

/** What is remembered of rules in Sigma, written as soon as it changes; nothing is where no file is given. */
export interface RuleCaches {
  readonly memory?: SigmaMemory;
  readonly plans?: SigmaPlans;
}

export function openCaches(
  { cache }: CacheOptions,
  { cwd, terminal }: Pick<CommandContext, 'cwd' | 'terminal'>,
): RuleCaches {
  if (cache === undefined) return {};
  const onIgnored = (reason: string): void => complain(terminal, reason);
  const file = resolve(cwd, cache);
  return {
    memory: new SigmaMemory({ file, onIgnored, savesAtOnce: true }),
    plans: new SigmaPlans({ file: `${file}.index`, onIgnored, savesAtOnce: true }),
  };
}
