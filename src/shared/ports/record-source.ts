import type { LogRecord } from '../model/log-record.ts';

/** Records of one partition, in offset order, never empty of progress: `nextOffset` is past all of them. */
export interface RecordBatch {
  readonly topic: string;
  readonly partition: number;
  /** May be empty where only control records or compacted gaps were passed. */
  readonly records: readonly LogRecord[];
  /** The offset to read next once this batch is durable. */
  readonly nextOffset: number;
  /** End of the partition (offset of the next record to be written) as known when the batch was read. */
  readonly endOffset: number;
}

/** A partition this process reads, with what the log holds of it. */
export interface AssignedPartition {
  readonly topic: string;
  readonly partition: number;
  readonly earliestOffset: number;
  readonly endOffset: number;
}

/** Records that left the log (retention) before they were read. Nothing can bring them back: say so. */
export interface RecordGap {
  readonly topic: string;
  readonly partition: number;
  readonly expectedOffset: number;
  readonly foundOffset: number;
}

/** What a source calls. Batches of one partition come one after the other; those of several may overlap. */
export interface RecordConsumer {
  /**
   * The offset to read next, or undefined for the beginning of the log. Synchronous, and asked at every assignment:
   * the answer is the truth, not the broker's committed offsets.
   */
  position(topic: string, partition: number): number | undefined;
  /** The partitions read from now on: the whole list, at each assignment. May come after the first batches. */
  assigned(partitions: readonly AssignedPartition[]): void;
  /** Works on one batch; it is durable when the promise resolves. A rejection ends the source: `failed` is called. */
  process(batch: RecordBatch): Promise<void>;
  gap(gap: RecordGap): void;
  /** The source cannot go on and will not try again by itself. Called once. */
  failed(error: Error): void;
}

/**
 * Reads the records of some topics, each at least once, from the consumer's own positions. A broker that is away is
 * waited for, with a log line that says so; nothing is skipped in silence.
 * Contract suite: test/contracts/record-source.ts.
 */
export interface RecordSource {
  /** Starts reading; resolves when subscribed. Throws WorldError('broker') when that fails for good. */
  run(consumer: RecordConsumer): Promise<void>;
  /** Stops fetching the partition until `resume`; its batches in progress end normally. */
  pause(topic: string, partition: number): void;
  resume(topic: string, partition: number): void;
  /**
   * True while the log answers, so that silence means that there is nothing to read. False before it first did, and in
   * an outage: silence says nothing then, and no time may pass on its account.
   */
  isCurrent(): boolean;
  /** Reads the partition from this offset next. */
  seek(topic: string, partition: number, offset: number): void;
  /** Stops reading, waits for the batches in progress, tells the broker how far it came. Idempotent. */
  stop(): Promise<void>;
}
