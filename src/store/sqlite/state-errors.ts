import Database from 'better-sqlite3';
import { WorldError } from '../../shared/world-error.ts';

/** Runs what touches the state file; what SQLite throws becomes a WorldError that says where and what to do. */
export function orWorldError<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw asWorldError(file, error);
  }
}

/** Anything but SQLite's own errors is passed on as it is: it is a bug, or a WorldError already. */
function asWorldError(file: string, error: unknown): unknown {
  if (!(error instanceof Database.SqliteError)) return error;
  const { code, message } = error;
  if (isDamage(code)) return damagedState(file, `${message} (${code})`, error);
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) {
    const what = `the state in ${file} is being written by another program`;
    return new WorldError('state-in-use', `${what}. End that program, then start tocsin again.`, {
      cause: error,
    });
  }
  if (isDisk(code)) {
    const what = `cannot write the state in ${file}: ${message} (${code})`;
    return new WorldError('disk', `${what}. Check free space, permissions and the disk; nothing is lost.`, {
      cause: error,
    });
  }
  return error;
}

/** The file is no database, or its content contradicts itself. */
export function damagedState(file: string, detail: string, cause?: unknown): WorldError {
  const toDo = 'Restore it from a backup, or move it away: tocsin then reads the topics from their beginning';
  return new WorldError('state', `the state in ${file} is damaged: ${detail}. ${toDo}.`, { cause });
}

const isDamage = (code: string): boolean => code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB';

const isDisk = (code: string): boolean =>
  ['SQLITE_FULL', 'SQLITE_IOERR', 'SQLITE_READONLY', 'SQLITE_CANTOPEN', 'SQLITE_PERM', 'SQLITE_AUTH'].some(
    (prefix) => code.startsWith(prefix),
  );
