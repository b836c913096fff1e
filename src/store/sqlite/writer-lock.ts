import { existsSync } from 'node:fs';
import Database from 'better-sqlite3';
import { WorldError } from '../../shared/world-error.ts';
import { isBusy } from './patience.ts';
import { orWorldError } from './state-errors.ts';

/** Held by the one process that writes a state. The system takes it back when the process ends, however it ends. */
export interface WriterLock {
  release(): void;
}

/**
 * Takes the lock of a state: an open write transaction on a small database beside it (`FILE.lock`). So readers of the
 * state are never refused, and no stale lock has to be removed by hand. Waits for another holder for `waitMs`, then
 * throws WorldError('state-in-use').
 */
export function takeWriterLock(file: string, waitMs = 0): WriterLock {
  return orWorldError(`${file}.lock`, () => {
    const lock = new Database(`${file}.lock`, { timeout: waitMs });
    try {
      lock.pragma('synchronous = OFF');
      lock.exec('BEGIN IMMEDIATE; CREATE TABLE IF NOT EXISTS holder (pid INTEGER); DELETE FROM holder');
      lock.prepare('INSERT INTO holder VALUES (?)').run(process.pid);
      lock.exec('COMMIT; BEGIN IMMEDIATE');
    } catch (error) {
      const pid = isBusy(error) ? holderOf(lock) : undefined;
      lock.close();
      if (pid === undefined) throw error;
      const what = `the state in ${file} is in use by another tocsin (process ${pid})`;
      throw new WorldError('state-in-use', `${what}. Stop that one, or give this one a state of its own.`);
    }
    return { release: () => lock.close() };
  });
}

/** Whether a process writes the state at this moment. */
export function isWriterLocked(file: string): boolean {
  if (!existsSync(`${file}.lock`)) return false;
  return orWorldError(`${file}.lock`, () => {
    const lock = new Database(`${file}.lock`, { timeout: 0 });
    try {
      lock.exec('BEGIN IMMEDIATE; ROLLBACK');
      return false;
    } catch (error) {
      if (isBusy(error)) return true;
      throw error;
    } finally {
      lock.close();
    }
  });
}

/** Only for the message: between two that start at once it may name the wrong one. */
function holderOf(lock: Database.Database): number | string {
  const unknown = 'number unknown';
  try {
    return lock.prepare<[], { pid: number }>('SELECT pid FROM holder').get()?.pid ?? unknown;
  } catch {
    return unknown;
  }
}
