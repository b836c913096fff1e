import type Database from 'better-sqlite3';
import type { Silence } from '../../shared/model/silence.ts';

/** Silences as rows. Few, and read whole. */
export class SilenceTable {
  readonly #all;
  readonly #put;
  readonly #forget;

  constructor(db: Database.Database) {
    this.#all = db.prepare<[], string>('SELECT document FROM silences ORDER BY ends_ms, id').pluck();
    this.#put = db.prepare<[string, number, string]>(
      `INSERT INTO silences (id, ends_ms, document) VALUES (?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET ends_ms = excluded.ends_ms, document = excluded.document`,
    );
    this.#forget = db.prepare<[number]>('DELETE FROM silences WHERE ends_ms < ?');
  }

  /** Those that end first come first. */
  all(): Silence[] {
    return this.#all.all().map((document) => JSON.parse(document) as Silence);
  }

  put(silence: Silence): void {
    this.#put.run(silence.id, Date.parse(silence.until), JSON.stringify(silence));
  }

  /** Those that ended before that time, milliseconds. */
  forgetEndedBefore(timeMs: number): void {
    this.#forget.run(timeMs);
  }
}
