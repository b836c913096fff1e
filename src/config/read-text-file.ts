import { isUtf8 } from 'node:buffer';
import { closeSync, constants, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
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
    // Where nobody writes into a pipe, to open it would wait as well.
    const opened = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const found = fstatSync(opened);
      if (!found.isFile()) return fail('is no file');
      if (found.size > bytesMax) return fail(`is larger than ${bytesMax / 1024 / 1024} MiB`);
      // Bytes first would cost thousands of files a quarter more.
      const text = readFileSync(opened, 'utf8');
      if (damaged === 'refused' && text.includes('\ufffd') && !isUtf8(bytesOf(opened, found.size)))
        return fail('is not written in UTF-8');
      return ok(text.startsWith(byteOrderMark) ? text.slice(1) : text);
    } finally {
      closeSync(opened);
    }
  } catch (error) {
    return fail(unreadable(error));
  }
}

function bytesOf(opened: number, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  return bytes.subarray(0, readSync(opened, bytes, { position: 0 }));
}

const byteOrderMark = '\u{FEFF}';
