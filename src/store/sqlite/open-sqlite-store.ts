import { closeSync, existsSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { WorldError } from '../../shared/world-error.ts';
import { checkSchema, migrate } from './migrate.ts';
import { littlePatience, type Patience } from './patience.ts';
import { SqliteStore, type SqliteStoreParts, type Synchronous } from './sqlite-store.ts';
import { damagedState, orWorldError } from './state-errors.ts';
import { takeWriterLock, type WriterLock } from './writer-lock.ts';

/** Files up to this size are read whole after an unclean stop (some 2 s); larger ones would delay the start too much. */
const checkBytesMax = 512 * 1024 * 1024;

export interface SqliteStoreOptions {
  readonly file: string;
  /** `full`: a batch is on the disk when it is committed. Less is faster and may lose the last batches in a power cut. */
  readonly synchronous?: Synchronous;
  /** How long a writer waits for another one to end, milliseconds; 0. The whole process stands still meanwhile. */
  readonly lockWaitMs?: number;
  /** With another program that writes the state; by default a command's, five seconds. */
  readonly patience?: Patience;
  /** For looking at the state, also while a service writes it. */
  readonly readOnly?: boolean;
  /** For changing the outbox or the queue of actions of a state beside the service that writes it, which notices. */
  readonly beside?: boolean;
}

/**
 * Opens the state, creating what is missing. Throws WorldError: `state-in-use` when another process writes it, `state`
 * when the file is damaged, of a newer tocsin, or not there (reader), `disk` when it cannot be read or written.
 */
export function openSqliteStore(options: SqliteStoreOptions): SqliteStore {
  const { file, synchronous = 'full', lockWaitMs = 0, patience = littlePatience } = options;
  if (options.readOnly === true) return openExisting(file, 'reader');
  if (options.beside === true) return openExisting(file, 'beside');
  orDiskError(file, () => mkdirSync(dirname(file), { recursive: true }));
  const lock = takeWriterLock(file, lockWaitMs);
  try {
    return openWriter({ file, synchronous, lock, patience });
  } catch (error) {
    lock.release();
    throw error;
  }
}

function openExisting(file: string, as: 'reader' | 'beside'): SqliteStore {
  if (!existsSync(file))
    throw new WorldError(
      'state',
      `there is no state in ${file} yet. It is made by the first start of tocsin.`,
    );
  return orWorldError(file, () => {
    const readonly = as === 'reader';
    const db = new Database(file, { readonly, fileMustExist: true, timeout: littlePatience.eachMs });
    return closingOnError(db, () => {
      checkSchema(db, file, true);
      if (!readonly) db.pragma('foreign_keys = ON');
      const synchronous = readonly ? 'off' : 'full';
      return new SqliteStore({ db, file, synchronous, lock: null, patience: littlePatience });
    });
  });
}

function openWriter(parts: Omit<SqliteStoreParts, 'db'> & { lock: WriterLock }): SqliteStore {
  const { file, synchronous, patience } = parts;
  // Events hold what nobody else on the machine should read. SQLite gives its other files the same permissions.
  orDiskError(file, () => closeSync(openSync(file, 'a', 0o600)));
  return orWorldError(file, () => {
    const db = new Database(file, { timeout: patience.eachMs });
    return closingOnError(db, () => {
      checkSchema(db, file, false);
      db.pragma('journal_mode = WAL');
      db.pragma(`synchronous = ${synchronous}`);
      db.pragma('foreign_keys = ON');
      db.pragma('temp_store = MEMORY');
      db.pragma('cache_size = -32000');
      // A batch of a thousand rows fills 1,000 pages, SQLite's own threshold: it would pay for a checkpoint each time.
      db.pragma('wal_autocheckpoint = 4000');
      // After one great batch the log file shrinks again.
      db.pragma(`journal_size_limit = ${64 * 1024 * 1024}`);
      migrate(db);
      checkAfterCrash(db, file);
      return new SqliteStore({ ...parts, db });
    });
  });
}

/** Reads the whole file if the last writer did not end by itself, for a crash may come from a failing disk. */
function checkAfterCrash(db: Database.Database, file: string): void {
  const unclean = db.prepare<[], number>("SELECT value FROM meta WHERE name = 'unclean'").pluck().get();
  if (unclean === 1 && statSync(file).size <= checkBytesMax) {
    const found = String(db.pragma('integrity_check(1)', { simple: true }));
    if (found !== 'ok') throw damagedState(file, found);
  }
  db.exec("INSERT OR REPLACE INTO meta VALUES ('unclean', 1)");
}

function closingOnError<T>(db: Database.Database, work: () => T): T {
  try {
    return work();
  } catch (error) {
    db.close();
    throw error;
  }
}

function orDiskError(file: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new WorldError('disk', `cannot write the state in ${file}: ${detail}`, { cause: error });
  }
}
