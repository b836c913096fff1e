import type Database from 'better-sqlite3';
import { invariant } from '../../shared/invariant.ts';
import type { OutgoingRecord } from '../../shared/model/log-record.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { Delivery } from '../../shared/ports/notifier.ts';
import type { RecordSink, TopicSpec } from '../../shared/ports/record-sink.ts';
import { LogWriter, type PlacedRecord, type StoredTopic } from './log-writer.ts';
import { partitionOfKey } from './murmur2.ts';
import { diskError, openLogFile } from './open-log-file.ts';
import { type Retention, sweepLog } from './retention.ts';

export interface EmbeddedSinkOptions {
  readonly file: string;
  readonly clock: Clock;
  readonly retention: Retention;
  /** A single record's content may have that many bytes; a larger one is rejected. */
  readonly recordBytesMax?: number;
}

const defaultRecordBytesMax = 64 * 1024 * 1024;
const segmentBytesMax = 8 * 1024 * 1024;
const sweepEveryMs = 30_000;

/**
 * Appends to the embedded log, one transaction a publish: all of its records, or none. Retention is applied between
 * publishes, because only they make the file grow. Several processes may append to one file.
 */
export class EmbeddedRecordSink implements RecordSink {
  readonly #options: EmbeddedSinkOptions;
  readonly #db: Database.Database;
  readonly #writer: LogWriter;
  #publishing = false;
  #roundRobin = 0;
  #sweepDueMs = 0;

  constructor(options: EmbeddedSinkOptions) {
    this.#options = options;
    this.#db = openLogFile(options.file);
    this.#writer = new LogWriter(this.#db);
  }

  async ensureTopics(topics: readonly TopicSpec[]): Promise<void> {
    try {
      this.#writer.createTopics(topics);
    } catch (cause) {
      throw diskError(this.#options.file, cause);
    }
  }

  async publish(records: readonly OutgoingRecord[]): Promise<Delivery> {
    invariant(!this.#publishing, 'two publishes at a time to one sink');
    this.#publishing = true;
    try {
      // One turn later, so that a second publish meets this one whether or not it has to wait for the disk.
      await Promise.resolve();
      // Before appending: on a full disk it makes room, and when it fails nothing has been delivered yet.
      this.#sweepWhenDue();
      return this.#append(records);
    } catch (error) {
      return failureOf(error);
    } finally {
      this.#publishing = false;
    }
  }

  async close(): Promise<void> {
    this.#db.close();
  }

  #append(records: readonly OutgoingRecord[]): Delivery {
    const limit = this.#options.recordBytesMax ?? defaultRecordBytesMax;
    const byTopic = new Map<string, { topic: StoredTopic; placed: PlacedRecord[] }>();
    for (const record of records) {
      const topic = byTopic.get(record.topic)?.topic ?? this.#writer.topic(record.topic);
      if (topic === undefined) return rejected('client', `there is no topic ${record.topic}`);
      const bytes = (record.key?.length ?? 0) + (record.value?.length ?? 0);
      if (bytes > limit) return rejected('too-large', `a record has ${bytes} bytes, ${limit} are allowed`);
      if (topic.compacted && record.key === null) {
        return rejected('client', `the topic ${record.topic} is compacted, so each record needs a key`);
      }
      const entry = byTopic.get(record.topic) ?? { topic, placed: [] };
      byTopic.set(record.topic, entry);
      entry.placed.push({ partition: this.#partitionOf(record, topic), record });
    }
    const nowMs = this.#options.clock.nowMs();
    const segmentBytes = Math.min(segmentBytesMax, Math.ceil(this.#options.retention.bytes / 8));
    this.#writer.transaction(() => {
      for (const { topic, placed } of byTopic.values()) {
        this.#writer.append(topic, placed, { nowMs, segmentBytes });
      }
    });
    return { kind: 'delivered' };
  }

  #partitionOf(record: OutgoingRecord, topic: StoredTopic): number {
    if (record.key !== null) return partitionOfKey(record.key, topic.partitions);
    this.#roundRobin = (this.#roundRobin + 1) % topic.partitions;
    return this.#roundRobin;
  }

  #sweepWhenDue(): void {
    const nowMs = this.#options.clock.nowMs();
    if (nowMs < this.#sweepDueMs) return;
    const more = sweepLog(this.#db, { ...this.#options.retention, nowMs });
    // While there is more to remove, a little of it goes with every publish.
    this.#sweepDueMs = more ? nowMs : nowMs + sweepEveryMs;
  }
}

const rejected = (reason: 'client' | 'too-large', detail: string): Delivery => ({
  kind: 'rejected',
  reason,
  detail,
});

/** A full disk or a locked file may pass; anything else SQLite says, too, is the world's and not the record's fault. */
function failureOf(error: unknown): Delivery {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (!code.startsWith('SQLITE_')) throw error;
  const detail = `the embedded log cannot be written: ${(error as Error).message} (${code})`;
  return { kind: 'retry', reason: code.startsWith('SQLITE_BUSY') ? 'timeout' : 'server', detail };
}
