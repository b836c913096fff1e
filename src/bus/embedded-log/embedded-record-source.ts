import { setImmediate } from 'node:timers/promises';
import type Database from 'better-sqlite3';
import { invariant } from '../../shared/invariant.ts';
import { partitionName } from '../../shared/model/position.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { Log } from '../../shared/ports/log.ts';
import type { RecordBatch, RecordConsumer, RecordSource } from '../../shared/ports/record-source.ts';
import { isTopicPattern, matchesTopic } from '../topic-pattern.ts';
import { LogReader, type StoredPartition } from './log-reader.ts';
import { diskError, openLogFile } from './open-log-file.ts';
import { Wake } from './wake.ts';

export interface EmbeddedSourceOptions {
  readonly file: string;
  /** Names, or patterns such as `logs.*`; topics that come into being later are followed, too. */
  readonly topics: readonly string[];
  readonly clock: Clock;
  readonly log: Log;
  /** How often to look for new records, in milliseconds (50): one pragma, some microseconds. */
  readonly pollMs?: number;
  /** A batch has at most that many records (2,000), and no more once it has 4 MiB. */
  readonly maxBatchRecords?: number;
}

/** A partition being read. */
interface Followed {
  readonly partition: StoredPartition;
  nextOffset: number;
  /** Rises with each seek, so that a batch that ends after one does not overwrite its offset. */
  seeks: number;
}

const defaultPollMs = 50;
const defaultMaxBatchRecords = 2_000;
/** With large records fewer of them are held at a time: this many bytes a partition, and one record more. */
const batchBytesMax = 4 * 1024 * 1024;

/**
 * Reads all partitions of some topics of the embedded log, each in a loop of its own, so that one slow partition holds
 * up no other. Holds at most one batch a partition. There are no groups: each reader sees every record.
 */
export class EmbeddedRecordSource implements RecordSource {
  readonly #options: EmbeddedSourceOptions;
  readonly #followed = new Map<string, Followed>();
  readonly #paused = new Set<string>();
  readonly #loops: Promise<void>[] = [];
  readonly #wake = new Wake();
  readonly #stopping = new AbortController();
  #reading: { db: Database.Database; reader: LogReader; consumer: RecordConsumer } | undefined;
  #failed = false;
  #stopped: Promise<void> | undefined;

  constructor(options: EmbeddedSourceOptions) {
    this.#options = options;
  }

  async run(consumer: RecordConsumer): Promise<void> {
    invariant(this.#reading === undefined, 'a record source runs once');
    const db = openLogFile(this.#options.file);
    this.#reading = { db, reader: new LogReader(db), consumer };
    this.#adopt();
    this.#nameMissing();
    this.#loops.push(this.#watch());
  }

  pause(topic: string, partition: number): void {
    this.#paused.add(partitionName(topic, partition));
  }

  resume(topic: string, partition: number): void {
    this.#paused.delete(partitionName(topic, partition));
    this.#wake.fire();
  }

  /** A file of this machine has no outages: one that cannot be read ends the source. */
  isCurrent(): boolean {
    return this.#reading !== undefined;
  }

  seek(topic: string, partition: number, offset: number): void {
    const followed = this.#followed.get(partitionName(topic, partition));
    if (followed === undefined) return;
    followed.nextOffset = offset;
    followed.seeks += 1;
    this.#wake.fire();
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#end();
    return this.#stopped;
  }

  async #end(): Promise<void> {
    this.#stopping.abort();
    this.#wake.fire();
    await Promise.all(this.#loops);
    this.#reading?.db.close();
  }

  /** Notices, twenty times a second, that something was committed, and wakes the loops. */
  async #watch(): Promise<void> {
    const { signal } = this.#stopping;
    const { reader } = this.#open();
    let seen = reader.dataVersion();
    while (!signal.aborted) {
      await this.#options.clock.sleep(this.#options.pollMs ?? defaultPollMs, signal);
      if (signal.aborted) return;
      try {
        const version = reader.dataVersion();
        if (version === seen) continue;
        seen = version;
        this.#adopt();
        this.#wake.fire();
      } catch (cause) {
        this.#fail(diskError(this.#options.file, cause));
      }
    }
  }

  /** Takes on partitions that are not read yet, each from the consumer's own position, and tells it the whole list. */
  #adopt(): void {
    const { reader, consumer } = this.#open();
    const wanted = reader
      .partitions()
      .filter(({ topic }) => this.#options.topics.some((configured) => matchesTopic(configured, topic)));
    const fresh = wanted.filter(
      (stored) => !this.#followed.has(partitionName(stored.topic, stored.partition)),
    );
    if (fresh.length === 0) return;
    for (const partition of fresh) {
      const own = consumer.position(partition.topic, partition.partition);
      const nextOffset = own ?? reader.bounds(partition.id).earliestOffset;
      const followed: Followed = { partition, nextOffset, seeks: 0 };
      this.#followed.set(partitionName(partition.topic, partition.partition), followed);
      this.#loops.push(this.#follow(followed));
    }
    consumer.assigned(wanted.map(({ id, topic, partition }) => ({ topic, partition, ...reader.bounds(id) })));
  }

  async #follow(followed: Followed): Promise<void> {
    const { topic, partition } = followed.partition;
    const name = partitionName(topic, partition);
    // The first batch comes after `assigned`.
    await setImmediate();
    try {
      while (!this.#stopping.signal.aborted) {
        const batch = this.#paused.has(name) ? undefined : this.#tryReadBatch(followed);
        if (batch === undefined) {
          await this.#wake.wait();
          continue;
        }
        const { seeks } = followed;
        await this.#open().consumer.process(batch);
        if (followed.seeks === seeks) followed.nextOffset = batch.nextOffset;
        await setImmediate();
      }
    } catch (error) {
      this.#fail(error);
    }
  }

  #tryReadBatch(followed: Followed): RecordBatch | undefined {
    try {
      return this.#readBatch(followed);
    } catch (cause) {
      throw diskError(this.#options.file, cause);
    }
  }

  /** The next batch, or undefined at the end of the partition. */
  #readBatch(followed: Followed): RecordBatch | undefined {
    const { topic, partition } = followed.partition;
    const { reader } = this.#open();
    const limits = { records: this.#options.maxBatchRecords ?? defaultMaxBatchRecords, bytes: batchBytesMax };
    let read = reader.read(followed.partition, followed.nextOffset, limits);
    if (followed.nextOffset < read.earliestOffset || followed.nextOffset > read.endOffset) {
      this.#skip(followed, read.earliestOffset);
      read = reader.read(followed.partition, followed.nextOffset, limits);
    }
    if (read.nextOffset === followed.nextOffset) return undefined;
    return {
      topic,
      partition,
      records: read.records,
      nextOffset: read.nextOffset,
      endOffset: read.endOffset,
    };
  }

  /** The position is before what retention left, or past the end of a log that was replaced: both are said. */
  #skip(followed: Followed, foundOffset: number): void {
    const { topic, partition } = followed.partition;
    const expectedOffset = followed.nextOffset;
    followed.nextOffset = foundOffset;
    this.#open().consumer.gap({ topic, partition, expectedOffset, foundOffset });
  }

  #fail(error: unknown): void {
    if (this.#failed) return;
    this.#failed = true;
    this.#stopping.abort();
    this.#wake.fire();
    this.#open().consumer.failed(error instanceof Error ? error : new Error(String(error)));
  }

  #nameMissing(): void {
    const present = [...this.#followed.values()].map(({ partition }) => partition.topic);
    const missing = this.#options.topics.filter(
      (topic) => !isTopicPattern(topic) && !present.includes(topic),
    );
    if (missing.length === 0) return;
    this.#options.log.warn('some topics do not exist yet; they are read as soon as they do', {
      topics: missing,
    });
  }

  #open(): { db: Database.Database; reader: LogReader; consumer: RecordConsumer } {
    invariant(this.#reading !== undefined, 'the record source does not run');
    return this.#reading;
  }
}
