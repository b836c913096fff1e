import type Database from 'better-sqlite3';
import type { FailedRow } from '../../shared/ports/outbox.ts';
import { ManyRows } from './many-rows.ts';
import type { StoredPayload } from './outbox-payload.ts';

type Place = readonly [id: number, laneId: number];

/** In the order in which they are written. */
export type MessageColumns = readonly [...Place, notification: string, documentId: number | null];
export type VersionColumns = readonly [...Place, topic: string, headers: string, documentId: number];
export type RecordColumns = readonly [
  ...Place,
  topic: string,
  timestampMs: number | null,
  headers: string | null,
  key: Uint8Array | null,
  value: Uint8Array | null,
];

/** A row of the outbox. */
export interface Row extends StoredPayload {
  readonly id: number;
  readonly attempts: number;
  readonly due_ms: number;
  readonly tried: number;
}

/** A row that was given up. */
export interface GivenUp extends StoredPayload {
  readonly id: number;
  readonly name: string;
  readonly attempts: number;
  readonly reason: FailedRow['reason'];
  readonly detail: string;
  readonly given_up_ms: number | null;
}

/** A lane, and how many of its rows wait and were given up. */
export interface Lane {
  readonly id: number;
  readonly name: string;
  waiting: number;
  gaveUp: number;
  gaveUpBytes: number;
}

/** The document that a row of the outbox refers to: put aside where the incident went on, else the incident's own. */
const document = `coalesce((SELECT document FROM documents WHERE documents.id = outbox.document_id),
  (SELECT document FROM incidents WHERE incidents.document_id = outbox.document_id))`;

/** The columns `value` and `notification` of a row of the outbox with the document that it refers to in its place. */
const wholePayload = `
  iif(document_id IS NULL OR topic IS NULL, value, CAST(${document} AS BLOB)) AS value,
  iif(document_id IS NULL OR topic IS NOT NULL, notification,
    substr(notification, 1, length(notification) - 1) || ',"incident":' || ${document} || '}') AS notification`;

/** An id is never given again, not even after every row has left. */
export const lastIdSql = `SELECT max(coalesce((SELECT value FROM meta WHERE name = 'outbox_id'), 0),
  coalesce((SELECT max(id) FROM outbox), 0), coalesce((SELECT max(id) FROM outbox_given_up), 0))`;

/** The statements of the outbox, prepared. */
export function prepareOutbox(db: Database.Database) {
  return {
    lanes: db.prepare<[], Lane>(
      `SELECT id, name, (SELECT count(*) FROM outbox WHERE lane_id = lanes.id) AS waiting,
         (SELECT count(*) FROM outbox_given_up WHERE lane_id = lanes.id) AS gaveUp,
         (SELECT coalesce(sum(bytes), 0) FROM outbox_given_up WHERE lane_id = lanes.id) AS gaveUpBytes
       FROM lanes ORDER BY id`,
    ),
    addLane: db.prepare<[string]>('INSERT INTO lanes (name) VALUES (?)'),
    // A statement for each shape, for a value that is left out costs nothing, and null costs more to bind than a number.
    addMessages: new ManyRows<MessageColumns>(db, {
      into: 'INSERT INTO outbox (id, lane_id, notification, document_id)',
      columns: 4,
    }),
    addVersions: new ManyRows<VersionColumns>(db, {
      into: 'INSERT INTO outbox (id, lane_id, topic, headers, document_id)',
      columns: 5,
    }),
    addRecords: new ManyRows<RecordColumns>(db, {
      into: 'INSERT INTO outbox (id, lane_id, topic, timestamp_ms, headers, key, value)',
      columns: 7,
    }),
    putLastId: db.prepare<[number]>(
      "INSERT INTO meta VALUES ('outbox_id', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    ),
    peek: db.prepare<[number, number, number], Row>(
      `SELECT id, topic, timestamp_ms, headers, key, ${wholePayload}, attempts, due_ms, tried
       FROM outbox WHERE lane_id = ? AND id > ? ORDER BY id LIMIT ?`,
    ),
    begin: db.prepare<[number], { lane_id: number }>(
      'UPDATE outbox SET tried = 1 WHERE id = ? RETURNING lane_id',
    ),
    pace: db.prepare<[string], { pace: string | null }>('SELECT pace FROM lanes WHERE name = ?'),
    keepPace: db.prepare<[string, number]>('UPDATE lanes SET pace = ? WHERE id = ?'),
    putOff: db.prepare<[number, number, number]>('UPDATE outbox SET attempts = ?, due_ms = ? WHERE id = ?'),
    remove: db.prepare<[number], { lane_id: number; attempts: number; due_ms: number }>(
      'DELETE FROM outbox WHERE id = ? RETURNING lane_id, attempts, due_ms',
    ),
    retry: db.prepare<[number, string, string, number, number]>(
      `UPDATE outbox SET attempts = attempts + 1, due_ms = ?, reason = ?, detail = ?,
         tried = iif(?, 0, tried) WHERE id = ?`,
    ),
    putTold: db.prepare<[string, number]>(
      "UPDATE outbox SET notification = json_set(notification, '$.told', json(?)) WHERE id = ?",
    ),
    giveUp: db.prepare<
      [{ reason: string; detail: string; nowMs: number; id: number }],
      { lane_id: number; bytes: number }
    >(
      `INSERT INTO outbox_given_up
       SELECT id, lane_id, topic, timestamp_ms, headers, key, value, notification, attempts,
         coalesce(octet_length(value), 0) + coalesce(octet_length(notification), 0), @reason, @detail, @nowMs
       FROM (SELECT id, lane_id, topic, timestamp_ms, headers, key, ${wholePayload}, attempts
             FROM outbox WHERE id = @id) RETURNING lane_id, bytes`,
    ),
    givenUp: db.prepare<[{ lane: string | null; limit: number }], GivenUp>(
      `SELECT outbox_given_up.*, lanes.name FROM outbox_given_up JOIN lanes ON lanes.id = lane_id
       WHERE @lane IS NULL OR lanes.name = @lane ORDER BY outbox_given_up.id DESC LIMIT @limit`,
    ),
    sendAgain: db.prepare<[number], StoredPayload & { lane_id: number }>(
      `INSERT INTO outbox (id, lane_id, topic, timestamp_ms, headers, key, value, notification)
       SELECT id, lane_id, topic, timestamp_ms, headers, key, value, notification
       FROM outbox_given_up WHERE id = ? RETURNING lane_id, topic, timestamp_ms, headers, key, value, notification`,
    ),
    removeGivenUp: db.prepare<[number], { bytes: number }>(
      'DELETE FROM outbox_given_up WHERE id = ? RETURNING bytes',
    ),
    forgetOldest: db.prepare<[number], { bytes: number }>(
      `DELETE FROM outbox_given_up
       WHERE id = (SELECT min(id) FROM outbox_given_up WHERE lane_id = ?) RETURNING bytes`,
    ),
  };
}
