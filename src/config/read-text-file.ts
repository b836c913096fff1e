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
      const bytes = bytesOf(opened, found.size);
      const text = bytes.toString('utf8');
      if (damaged === 'refused' && text.includes('\ufffd') && !isUtf8(bytes))
        return fail('is not written in UTF-8');
      return ok(text.startsWith(byteOrderMark) ? text.slice(1) : text);
    } finally {
      closeSync(opened);
    }
  } catch (error) {
    return fail(unreadable(error));
  }
}

/** Most files fit into one array, which is the same for all: they are read in half the time, by one call each. */
const shared = Buffer.alloc(64 * 1024);

/** All that is in a file: fewer bytes than it had, or as many as there is room for, may not be all of it. */
function bytesOf(opened: number, size: number): Buffer {
  const read = size < shared.length ? readSync(opened, shared, 0, shared.length, 0) : shared.length;
  return read >= size && read < shared.length ? shared.subarray(0, read) : readFileSync(opened);
}

const byteOrderMark = '\u{FEFF}';
