import type Database from 'better-sqlite3';
import type { LogRecord } from '../../shared/model/log-record.ts';
import { decodeHeaders } from './header-text.ts';
import { offsetOfRecordId, recordId } from './record-id.ts';

/** A partition as the file holds it. */
export interface StoredPartition {
  readonly id: number;
  readonly topic: string;
  readonly partition: number;
}

/** What a partition holds: offsets from `earliestOffset` up to, not including, `endOffset`. */
export interface PartitionBounds {
  readonly earliestOffset: number;
  readonly endOffset: number;
}

/** At most that many records, and no further record once that many bytes were read. */
export interface ReadLimits {
  readonly records: number;
  readonly bytes: number;
}

export interface ReadResult extends PartitionBounds {
  readonly records: readonly LogRecord[];
  /** Past the records read; the end of the partition where there were no more. */
  readonly nextOffset: number;
}

interface RecordRow {
  readonly id: number;
  readonly timestamp_ms: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: string | null;
}

const partitionsSql = `SELECT partition.id, topic.name AS topic, partition.number AS partition
  FROM partition JOIN topic ON topic.id = partition.topic_id ORDER BY topic.name, partition.number`;
const boundsSql =
  'SELECT earliest_offset AS earliestOffset, next_offset AS endOffset FROM partition WHERE id = ?';
const recordsSql =
  'SELECT id, timestamp_ms, key, value, headers FROM record WHERE id >= ? AND id < ? ORDER BY id LIMIT ?';

/** Reads partitions of an open log file. */
export class LogReader {
  readonly #db: Database.Database;
  readonly #partitions: Database.Statement<[], StoredPartition>;
  readonly #bounds: Database.Statement<[number], PartitionBounds>;
  readonly #records: Database.Statement<[number, number, number], RecordRow>;

  constructor(db: Database.Database) {
    this.#db = db;
    this.#partitions = db.prepare(partitionsSql);
    this.#bounds = db.prepare(boundsSql);
    this.#records = db.prepare(recordsSql);
  }

  /** A number that changes when another connection, of this process or another, has committed. */
  dataVersion(): unknown {
    return this.#db.pragma('data_version', { simple: true });
  }

  /** All partitions of all topics, in order. */
  partitions(): readonly StoredPartition[] {
    return this.#partitions.all();
  }

  bounds(partitionId: number): PartitionBounds {
    return this.#bounds.get(partitionId) ?? { earliestOffset: 0, endOffset: 0 };
  }

  /** The records from an offset on, and the bounds of the partition at that same moment. */
  read(partition: StoredPartition, fromOffset: number, limits: ReadLimits): ReadResult {
    return this.#db.transaction(() => {
      const bounds = this.bounds(partition.id);
      const outside = fromOffset < bounds.earliestOffset || fromOffset >= bounds.endOffset;
      if (outside) return { ...bounds, records: [], nextOffset: fromOffset };
      const first = recordId(partition.id, fromOffset);
      const end = recordId(partition.id, bounds.endOffset);
      const records: LogRecord[] = [];
      let bytes = 0;
      for (const row of this.#records.iterate(first, end, limits.records)) {
        records.push(toRecord(partition, row));
        bytes += (row.key?.length ?? 0) + (row.value?.length ?? 0) + (row.headers?.length ?? 0);
        if (bytes >= limits.bytes) break;
      }
      // Compaction leaves holes: with nothing left before the end, the end is what comes next.
      const last = records.at(-1);
      return { ...bounds, records, nextOffset: last === undefined ? bounds.endOffset : last.offset + 1 };
    })();
  }
}

function toRecord(partition: StoredPartition, row: RecordRow): LogRecord {
  return {
    topic: partition.topic,
    partition: partition.partition,
    offset: offsetOfRecordId(row.id),
    key: row.key,
    value: row.value,
    headers: decodeHeaders(row.headers),
    timestampMs: row.timestamp_ms,
  };
}
