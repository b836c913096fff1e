import type Database from 'better-sqlite3';
import type { EventIdWrites, StoredEventIds } from '../../shared/ports/store.ts';

interface EventIdRow {
  readonly source: string;
  readonly generation: number;
  readonly startedMs: number;
  readonly ids: Buffer;
}

/** Ids of events as blocks of numbers, one for each batch: 16 bytes an id. Calls throw SQLite's errors. */
export class EventIdTable {
  readonly #all;
  readonly #add;
  readonly #drop;

  constructor(db: Database.Database) {
    this.#all = db.prepare<[], EventIdRow>(
      'SELECT source, generation, started_ms AS startedMs, ids FROM event_ids ORDER BY source, generation, id',
    );
    this.#add = db.prepare<[string, number, number, Buffer]>(
      'INSERT INTO event_ids (source, generation, started_ms, ids) VALUES (?, ?, ?, ?)',
    );
    this.#drop = db.prepare<[string, number]>('DELETE FROM event_ids WHERE source = ? AND generation < ?');
  }

  load(): readonly StoredEventIds[] {
    return this.#all.all().map(({ ids, ...row }) => ({ ...row, ids: numbersOf(ids) }));
  }

  /** Within the batch's transaction. */
  write({ added, dropped }: EventIdWrites): void {
    for (const { source, generation, startedMs, ids } of added)
      this.#add.run(source, generation, startedMs, Buffer.from(ids.buffer, ids.byteOffset, ids.byteLength));
    for (const { source, before } of dropped) this.#drop.run(source, before);
  }
}

/** A copy: SQLite's bytes need not begin where a number may. */
const numbersOf = (bytes: Buffer): Float64Array => new Float64Array(Uint8Array.from(bytes).buffer);
