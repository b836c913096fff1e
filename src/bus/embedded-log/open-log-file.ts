import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { WorldError } from '../../shared/world-error.ts';
import { applicationId, schema, schemaVersion } from './schema.ts';

/** How long a writer waits for another process's transaction; both are short, so this is only ever reached by a stuck one. */
const busyTimeoutMs = 10_000;

/**
 * Opens the log's SQLite file, creating it and its folder where missing.
 *
 * It is written with `synchronous=FULL`. With NORMAL a power cut can take the last transactions of a WAL file with it.
 * The positions reached in this log are durable in another file: they could then point past the log's end, and the
 * records appended next, under the lost offsets, would be taken for ones already seen. Besides, `delivered` lets the
 * outbox forget a record. One fdatasync a publish (0.1 to 2 ms) is what that costs.
 *
 * Throws WorldError: 'disk' when it cannot be opened, 'state' when it is not a log or a newer one.
 */
export function openLogFile(file: string): Database.Database {
  try {
    mkdirSync(dirname(file), { recursive: true });
    // Events are nobody else's business; SQLite gives its own files the rights of this one.
    closeSync(openSync(file, 'a', 0o600));
    const db = new Database(file, { timeout: busyTimeoutMs });
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    db.pragma('foreign_keys = ON');
    db.transaction(() => migrate(db, file)).immediate();
    return db;
  } catch (cause) {
    if (cause instanceof WorldError) throw cause;
    throw diskError(file, cause);
  }
}

/** What SQLite threw, as an error that names the file. */
export function diskError(file: string, cause: unknown): WorldError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new WorldError('disk', `the embedded log ${file} cannot be used: ${reason}`, { cause });
}

function migrate(db: Database.Database, file: string): void {
  const version = db.pragma('user_version', { simple: true });
  if (version === schemaVersion) return;
  const tables = db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get();
  if (version !== 0 || tables !== 0) {
    throw new WorldError(
      'state',
      `${file} is not an embedded log of version ${schemaVersion} (it says version ${version}): it was written by another program or a newer tocsin`,
    );
  }
  db.exec(schema);
  db.pragma(`application_id = ${applicationId}`);
  db.pragma(`user_version = ${schemaVersion}`);
}
