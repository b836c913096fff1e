import Database from 'better-sqlite3';

/**
 * How long a writer bears with another program that writes the state: a command that was stopped in the middle, a VACUUM.
 * The process stands still meanwhile, and nothing is lost.
 */
export interface Patience {
  /** Each try waits for so long, milliseconds. */
  readonly eachMs: number;
  readonly tries: number;
  /** Called behind each try in vain but the last. */
  waiting(waitedMs: number): void;
}

/** What a command has, whose user waits. */
export const littlePatience: Patience = { eachMs: 5_000, tries: 1, waiting: () => undefined };

/**
 * A transaction that begins as a writer (`immediate`), begun again as long as another program is one. It throws what SQLite
 * says in the end. Once it has begun nobody else writes, so nothing of it is done twice.
 */
export function patiently<T>(transaction: () => T, { eachMs, tries, waiting }: Patience): T {
  for (let done = 1; ; done += 1) {
    try {
      return transaction();
    } catch (error) {
      if (!isBusy(error) || done >= tries) throw error;
      waiting(done * eachMs);
    }
  }
}

/** Another program writes. */
export const isBusy = (error: unknown): boolean =>
  error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY');
