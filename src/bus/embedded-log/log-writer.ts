import type Database from 'better-sqlite3';
import { invariant } from '../../shared/invariant.ts';
import type { OutgoingRecord } from '../../shared/model/log-record.ts';
import type { TopicSpec } from '../../shared/ports/record-sink.ts';
import { WorldError } from '../../shared/world-error.ts';
import { encodeHeaders } from './header-text.ts';
import { partitionsMax, recordId } from './record-id.ts';

/** A record and the partition chosen for it. */
export interface PlacedRecord {
  readonly partition: number;
  readonly record: OutgoingRecord;
}

/** A topic as the file holds it. */
export interface StoredTopic {
  readonly id: number;
  readonly partitions: number;
  readonly compacted: boolean;
}

/** Where a partition is being appended to, within one transaction. */
interface AppendCursor {
  readonly id: number;
  nextOffset: number;
  segmentBase: number;
  segmentBytes: number;
  /** Whether this transaction appended to the segment: one that it did not keeps its age. */
  hasAppended: boolean;
}

export interface AppendOptions {
  /** Wall clock, milliseconds: what retention by age counts from. */
  readonly nowMs: number;
  /** A segment that has reached this many bytes is closed, and a new one begun. */
  readonly segmentBytes: number;
}

/** Appends to an open log file. */
export class LogWriter {
  readonly #db: Database.Database;
  readonly #sql: ReturnType<typeof prepare>;

  constructor(db: Database.Database) {
    this.#db = db;
    this.#sql = prepare(db);
  }

  topic(name: string): StoredTopic | undefined {
    const row = this.#sql.topic.get(name);
    return row && { id: row.id, partitions: row.partitions, compacted: row.compacted === 1 };
  }

  /** Creates the topics that are missing; one that exists is left as it is. */
  createTopics(specs: readonly TopicSpec[]): void {
    this.#db
      .transaction(() => {
        for (const spec of specs) if (this.topic(spec.topic) === undefined) this.#createTopic(spec);
      })
      .immediate();
  }

  #createTopic(spec: TopicSpec): void {
    const topicId = this.#sql.insertTopic.run(spec.topic, spec.compacted ? 1 : 0).lastInsertRowid;
    for (let number = 0; number < spec.partitions; number++) {
      const { lastInsertRowid } = this.#sql.insertPartition.run(topicId, number);
      if (Number(lastInsertRowid) > partitionsMax) {
        throw new WorldError('state', `the embedded log holds at most ${partitionsMax} partitions in all`);
      }
    }
  }

  /** Appends all records of one topic, or none: call it within `transaction` for several topics. */
  append(topic: StoredTopic, placed: readonly PlacedRecord[], options: AppendOptions): void {
    const cursors = new Map<number, AppendCursor>();
    for (const { partition, record } of placed) {
      const cursor = cursors.get(partition) ?? this.#cursor(topic, partition);
      cursors.set(partition, cursor);
      this.#appendOne({ topic, cursor, record }, options);
    }
    for (const cursor of cursors.values()) this.#close(cursor, options.nowMs);
  }

  /** Runs `work` as one transaction: all of it is durable when this returns, or none of it. */
  transaction(work: () => void): void {
    this.#db.transaction(work).immediate();
  }

  #cursor(topic: StoredTopic, partition: number): AppendCursor {
    const row = this.#sql.partition.get(topic.id, partition);
    invariant(row !== undefined, `the embedded log has no partition ${partition} of that topic`);
    const segment = this.#sql.lastSegment.get(row.id);
    return {
      id: row.id,
      nextOffset: row.nextOffset,
      segmentBase: segment?.base ?? row.nextOffset,
      segmentBytes: segment?.bytes ?? 0,
      hasAppended: false,
    };
  }

  #appendOne(
    to: { topic: StoredTopic; cursor: AppendCursor; record: OutgoingRecord },
    { nowMs, segmentBytes }: AppendOptions,
  ): void {
    const { cursor, record } = to;
    if (cursor.segmentBytes >= segmentBytes) {
      this.#close(cursor, nowMs);
      cursor.segmentBase = cursor.nextOffset;
      cursor.segmentBytes = 0;
      cursor.hasAppended = false;
    }
    const id = recordId(cursor.id, cursor.nextOffset);
    const headers = encodeHeaders(record.headers);
    this.#sql.insertRecord.run(id, Math.round(record.timestampMs), record.key, record.value, headers);
    cursor.nextOffset += 1;
    cursor.hasAppended = true;
    cursor.segmentBytes += sizeOf(record) + (headers?.length ?? 0);
    if (to.topic.compacted) this.#supersede(cursor.id, { id, record, nowMs });
  }

  #close(cursor: AppendCursor, nowMs: number): void {
    if (!cursor.hasAppended) return;
    this.#sql.updatePartition.run(cursor.nextOffset, cursor.id);
    this.#sql.putSegment.run(cursor.id, cursor.segmentBase, cursor.nextOffset, cursor.segmentBytes, nowMs);
  }

  /** Notes which record of the key this one makes superfluous; a tombstone makes itself so, too. */
  #supersede(partitionId: number, by: { id: number; record: OutgoingRecord; nowMs: number }): void {
    const { key, value } = by.record;
    if (key === null) return;
    const previous = this.#sql.latest.get(partitionId, key);
    if (previous !== undefined) this.#sql.putSuperseded.run(previous.id, by.nowMs);
    this.#sql.putLatest.run(partitionId, key, by.id);
    if (value === null) this.#sql.putSuperseded.run(by.id, by.nowMs);
  }
}

/** Bytes a record counts for, beside its headers: content and some 16 bytes of row. */
const sizeOf = (record: OutgoingRecord): number =>
  (record.key?.length ?? 0) + (record.value?.length ?? 0) + 16;

function prepare(db: Database.Database) {
  return {
    topic: db.prepare<[string], { id: number; partitions: number; compacted: number }>(
      `SELECT topic.id, compacted, (SELECT count(*) FROM partition WHERE topic_id = topic.id) AS partitions
         FROM topic WHERE name = ?`,
    ),
    insertTopic: db.prepare('INSERT INTO topic (name, compacted) VALUES (?, ?)'),
    insertPartition: db.prepare('INSERT INTO partition (topic_id, number) VALUES (?, ?)'),
    partition: db.prepare<[number, number], { id: number; nextOffset: number }>(
      'SELECT id, next_offset AS nextOffset FROM partition WHERE topic_id = ? AND number = ?',
    ),
    updatePartition: db.prepare('UPDATE partition SET next_offset = ? WHERE id = ?'),
    insertRecord: db.prepare(
      'INSERT INTO record (id, timestamp_ms, key, value, headers) VALUES (?, ?, ?, ?, ?)',
    ),
    lastSegment: db.prepare<[number], { base: number; bytes: number }>(
      `SELECT base_offset AS base, bytes FROM segment WHERE partition_id = ? ORDER BY base_offset DESC LIMIT 1`,
    ),
    putSegment: db.prepare(
      `INSERT INTO segment (partition_id, base_offset, next_offset, bytes, appended_ms) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET next_offset = excluded.next_offset, bytes = excluded.bytes,
           appended_ms = excluded.appended_ms`,
    ),
    latest: db.prepare<[number, Uint8Array], { id: number }>(
      'SELECT record_id AS id FROM latest WHERE partition_id = ? AND key = ?',
    ),
    putLatest: db.prepare(
      `INSERT INTO latest (partition_id, key, record_id) VALUES (?, ?, ?)
         ON CONFLICT DO UPDATE SET record_id = excluded.record_id`,
    ),
    putSuperseded: db.prepare('INSERT OR REPLACE INTO superseded (record_id, since_ms) VALUES (?, ?)'),
  };
}
