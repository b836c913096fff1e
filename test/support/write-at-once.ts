import { renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Puts a file there at one stroke, as editors do: half of it must not be read by who follows it, however busy the machine is.
 * The name that it has before is one of those that nobody reads.
 */
export function writeAtOnce(file: string, text: string): void {
  const beside = join(dirname(file), '.being-written.swp');
  writeFileSync(beside, text);
  renameSync(beside, file);
}
