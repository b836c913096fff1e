import { isUtf8 } from 'node:buffer';
import { readFileSync, statSync } from 'node:fs';
import { fail, ok, type Result } from '../shared/result.ts';
import { unreadable } from './rule-paths.ts';

/**
 * The text of a file, without a byte order mark. Fails in words where it cannot be read, is larger, or is no file: to read a
 * pipe or a device might never end. Bytes that are no UTF-8 become U+FFFD, or are refused: a rule would compare those, and
 * match nothing.
 */
export function readTextFile(
  file: string,
  bytesMax: number,
  damaged: 'kept' | 'refused' = 'kept',
): Result<string, string> {
  try {
    const found = statSync(file);
    if (!found.isFile()) return fail('is no file');
    if (found.size > bytesMax) return fail(`is larger than ${bytesMax / 1024 / 1024} MiB`);
    const bytes = readFileSync(file);
    const text = bytes.toString('utf8');
    if (damaged === 'refused' && text.includes('\ufffd') && !isUtf8(bytes))
      return fail('is not written in UTF-8');
    return ok(text.replace(/^\u{FEFF}/u, ''));
  } catch (error) {
    return fail(unreadable(error));
  }
}
