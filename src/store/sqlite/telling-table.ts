import type Database from 'better-sqlite3';
import type { IncidentNotice, Notice } from '../../shared/model/notice.ts';
import type { StoredTelling, TellingWrites } from '../../shared/ports/store.ts';
import { ManyRows } from './many-rows.ts';

/** Notices of an incident that are kept, and given. */
const noticesMax = 100;

/** Who was told of what, as texts of `notify/`, and the notices that say why. Calls throw SQLite's errors. */
export class TellingTable {
  readonly #statements;

  constructor(db: Database.Database) {
    this.#statements = prepare(db);
  }

  load(): StoredTelling {
    return { records: this.#statements.records.all(), groups: this.#statements.groups.all() };
  }

  /** Within the batch's transaction. */
  write({ records, groups, notices }: TellingWrites): void {
    const { remember, forget, putGroup, removeGroup, note } = this.#statements;
    const noted = new Map(notices.map((each) => [each.incidentId, listed(each.notices)]));
    // What is forgotten goes first: should it be remembered anew in the same batch, it stays.
    for (const { incidentId, state } of records) if (state === null) forget.run(incidentId);
    remember.write(rowsOf(records, noted));
    note.write(noted);
    for (const { key, state } of groups) {
      if (state === null) removeGroup.run(key);
      else putGroup.run(key, state);
    }
    for (const { incidentId, isToTrim } of notices) if (isToTrim) this.#trim(incidentId, noticesMax);
  }

  /**
   * What became of messages. An incident of which no more is decided may have messages that fail for long: of its notices no
   * more than twice those that are given stay.
   */
  note(notices: readonly IncidentNotice[]): void {
    this.#statements.note.write(notices.map(({ incidentId, notice }) => [incidentId, listed([notice])]));
    for (const { incidentId } of notices) this.#trim(incidentId, 2 * noticesMax);
  }

  /** The newest, the oldest of them first. */
  notices(incidentId: string): Notice[] {
    return this.#allNotices(incidentId).slice(-noticesMax);
  }

  #allNotices(incidentId: string): Notice[] {
    return JSON.parse(`[${this.#statements.notices.get(incidentId) ?? ''}]`) as Notice[];
  }

  #trim(incidentId: string, kept: number): void {
    const all = this.#allNotices(incidentId);
    if (all.length > kept) this.#statements.putNotices.run(listed(all.slice(-kept)), incidentId);
  }
}

type TellingColumns = readonly [incidentId: string, state: string, notices: string | null];

/** Each with the notices of its incident, which are taken from those that are still to be written. */
function* rowsOf(records: TellingWrites['records'], noted: Map<string, string>): Generator<TellingColumns> {
  for (const { incidentId, state } of records) {
    if (state === null) continue;
    yield [incidentId, state, noted.get(incidentId) ?? null];
    noted.delete(incidentId);
  }
}

/** As they stand in a row: to add to them nothing is read. */
const listed = (notices: readonly Notice[]): string => JSON.stringify(notices).slice(1, -1);

const addNotices = "notices = nullif(concat_ws(',', notices, nullif(excluded.notices, '')), '')";

function prepare(db: Database.Database) {
  return {
    records: db.prepare<[], { incidentId: string; state: string }>(
      `SELECT incident_id AS incidentId, state FROM tellings INDEXED BY tellings_remembered
       WHERE state IS NOT NULL ORDER BY number`,
    ),
    remember: new ManyRows<TellingColumns>(db, {
      into: 'INSERT INTO tellings (incident_id, state, notices)',
      columns: 3,
      conflict: `ON CONFLICT (incident_id) DO UPDATE SET state = excluded.state, ${addNotices}`,
    }),
    forget: db.prepare<[string]>('UPDATE tellings SET state = NULL WHERE incident_id = ?'),
    groups: db.prepare<[], { key: string; state: string }>(
      'SELECT key, state FROM notification_groups ORDER BY key',
    ),
    putGroup: db.prepare<[string, string]>(
      'INSERT INTO notification_groups VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET state = excluded.state',
    ),
    removeGroup: db.prepare<[string]>('DELETE FROM notification_groups WHERE key = ?'),
    note: new ManyRows<readonly [incidentId: string, notices: string]>(db, {
      into: 'INSERT INTO tellings (incident_id, notices)',
      columns: 2,
      conflict: `ON CONFLICT (incident_id) DO UPDATE SET ${addNotices}`,
    }),
    putNotices: db.prepare<[string, string]>('UPDATE tellings SET notices = ? WHERE incident_id = ?'),
    notices: db
      .prepare<[string], string | null>('SELECT notices FROM tellings WHERE incident_id = ?')
      .pluck(),
  };
}
