import { readFileSync, statSync } from 'node:fs';
import { fail, ok, type Result } from '../shared/result.ts';
import { unreadable } from './rule-paths.ts';

/**
 * The text of a file, without a byte order mark. Fails in words where it cannot be read, is larger, or is no file: to read a
 * pipe or a device might never end.
 */
export function readTextFile(file: string, bytesMax: number): Result<string, string> {
  try {
    const found = statSync(file);
    if (!found.isFile()) return fail('is no file');
    if (found.size > bytesMax) return fail(`is larger than ${bytesMax / 1024 / 1024} MiB`);
    return ok(readFileSync(file, 'utf8').replace(/^\u{FEFF}/u, ''));
  } catch (error) {
    return fail(unreadable(error));
  }
}
