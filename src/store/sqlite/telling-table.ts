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
    const { putRecords, removeRecord, putGroup, removeGroup, addNotices, trimNotices } = this.#statements;
    // What is forgotten goes first: should it be remembered anew in the same batch, it stays.
    for (const { incidentId, state } of records) if (state === null) removeRecord.run(incidentId);
    putRecords.write(
      records.flatMap(({ incidentId, state }) => (state === null ? [] : [[incidentId, state]])),
    );
    for (const { key, state } of groups) {
      if (state === null) removeGroup.run(key);
      else putGroup.run(key, state);
    }
    addNotices.write(
      notices.flatMap(({ incidentId, notices: added }) =>
        added.map((notice) => [incidentId, JSON.stringify(notice)] as const),
      ),
    );
    for (const { incidentId, isToTrim } of notices)
      if (isToTrim) trimNotices.run({ incidentId, kept: noticesMax });
  }

  /**
   * What became of messages. An incident of which no more is decided may have messages that fail for long: of its notices no
   * more than twice those that are given stay.
   */
  note(notices: readonly IncidentNotice[]): void {
    const { addNotices, trimNotices } = this.#statements;
    addNotices.write(notices.map(({ incidentId, notice }) => [incidentId, JSON.stringify(notice)] as const));
    for (const { incidentId } of notices) trimNotices.run({ incidentId, kept: 2 * noticesMax });
  }

  /** The newest, the oldest of them first. */
  notices(incidentId: string): Notice[] {
    const newest = this.#statements.notices.all(incidentId, noticesMax);
    return newest.reverse().map((notice) => JSON.parse(notice) as Notice);
  }
}

function prepare(db: Database.Database) {
  return {
    records: db.prepare<[], { incidentId: string; state: string }>(
      'SELECT incident_id AS incidentId, state FROM notification_records ORDER BY rowid',
    ),
    putRecords: new ManyRows<readonly [incidentId: string, state: string]>(db, {
      into: 'INSERT INTO notification_records (incident_id, state)',
      columns: 2,
      conflict: 'ON CONFLICT (incident_id) DO UPDATE SET state = excluded.state',
    }),
    removeRecord: db.prepare<[string]>('DELETE FROM notification_records WHERE incident_id = ?'),
    groups: db.prepare<[], { key: string; state: string }>(
      'SELECT key, state FROM notification_groups ORDER BY key',
    ),
    putGroup: db.prepare<[string, string]>(
      'INSERT INTO notification_groups VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET state = excluded.state',
    ),
    removeGroup: db.prepare<[string]>('DELETE FROM notification_groups WHERE key = ?'),
    addNotices: new ManyRows<readonly [incidentId: string, notice: string]>(db, {
      into: 'INSERT INTO notices (incident_id, notice)',
      columns: 2,
    }),
    trimNotices: db.prepare<{ incidentId: string; kept: number }>(
      `DELETE FROM notices WHERE incident_id = @incidentId AND id <=
         (SELECT id FROM notices WHERE incident_id = @incidentId ORDER BY id DESC LIMIT 1 OFFSET @kept)`,
    ),
    notices: db
      .prepare<[string, number], string>(
        'SELECT notice FROM notices WHERE incident_id = ? ORDER BY id DESC LIMIT ?',
      )
      .pluck(),
  };
}
