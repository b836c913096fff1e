import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The folder of real logs, rules and true answers, beside the repository; it is not part of it. */
export const sharedData = join(import.meta.dirname, '..', '..', '..', 'shared', 'data');

/**
 * True where the data is there. Where it is not, tests that need it skip and say so; with CI set they must not, so
 * this throws.
 */
export function hasSharedData(folder: string): boolean {
  if (existsSync(join(sharedData, folder))) return true;
  if (process.env['CI']) throw new Error(`../shared/data/${folder} is missing, and CI must have it`);
  process.stderr.write(`skipped: ../shared/data/${folder} is not here\n`);
  return false;
}
