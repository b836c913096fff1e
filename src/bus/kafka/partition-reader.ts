import { setImmediate } from 'node:timers/promises';
import type { EachBatchPayload, KafkaMessage } from 'kafkajs';
import type { AssignedPartition, RecordBatch, RecordConsumer } from '../../shared/ports/record-source.ts';
import { type FetchedOffsets, fitBatch, offsetsOf } from './fit-batch.ts';
import { toRecord } from './kafka-record.ts';

export interface PartitionReaderOptions {
  readonly topic: string;
  readonly partition: number;
  readonly consumer: RecordConsumer;
  readonly maxBatchRecords: number;
  /** The reader of the same partition in the assignment before: its batch in hand comes first. */
  readonly before: PartitionReader | undefined;
  /** Makes kafkajs fetch from that offset next. */
  readonly seek: (offset: number) => void;
  /** Whether a further batch may be begun: not paused, not stopping. */
  readonly mayBegin: () => boolean;
  readonly onRefused: (error: Error) => void;
}

/**
 * Reads one partition for the time of one assignment: cuts what was fetched into batches, hands them to the consumer one
 * after the other, and notices offsets that are missing. A fetched batch that is left half-way, because of a pause, a
 * seek or a stop, is fetched again: kafkajs is told of an offset only after the consumer was done with it.
 */
export class PartitionReader {
  readonly topic: string;
  readonly partition: number;
  readonly #options: PartitionReaderOptions;
  readonly #startOffset: number | undefined;
  /** The offset expected next; undefined until the first batch of a partition without position. */
  #nextOffset: number | undefined;
  /** Rises with each seek, so that a batch that ends after one does not overwrite its offset. */
  #seeks = 0;
  #isRetired = false;
  #turnsWaiting = 0;
  #lastTurn: Promise<unknown>;
  #committedOffset: number | undefined;

  constructor(options: PartitionReaderOptions) {
    this.topic = options.topic;
    this.partition = options.partition;
    this.#options = options;
    this.#startOffset = options.consumer.position(options.topic, options.partition);
    this.#nextOffset = this.#startOffset;
    this.#lastTurn = options.before?.idle() ?? Promise.resolve();
    // Without an own position the beginning is meant; what the group once committed is not asked.
    options.seek(this.#startOffset ?? 0);
  }

  /** Resolves when no batch is in hand. */
  async idle(): Promise<void> {
    await this.#lastTurn;
  }

  isBusy(): boolean {
    return this.#turnsWaiting > 0;
  }

  /** The assignment has ended: what is in hand may end, but moves nothing in kafkajs any more. */
  retire(): void {
    this.#isRetired = true;
  }

  seek(offset: number): void {
    this.#seeks += 1;
    this.#goTo(offset);
  }

  /** The offset to tell the broker, once for each; undefined when there is none. */
  takeCommit(): number | undefined {
    const offset = this.#nextOffset;
    if (offset === undefined || offset === this.#startOffset || offset === this.#committedOffset)
      return undefined;
    this.#committedOffset = offset;
    return offset;
  }

  /**
   * Compares the position with what the log holds, as known after the assignment: it may hold nothing at all, so that no
   * batch would ever tell. Only while nothing was read; after that, the batches themselves tell.
   */
  checkStart({ earliestOffset, endOffset }: AssignedPartition): void {
    const start = this.#startOffset;
    if (this.#isRetired || this.#seeks > 0 || this.#nextOffset !== start) return;
    if (start === undefined) {
      if (earliestOffset > 0) this.#goTo(earliestOffset);
    } else if (start < earliestOffset || start > endOffset) {
      this.#skip(start, earliestOffset);
      this.#goTo(earliestOffset);
    }
  }

  /** Hands over what was fetched. Rejects only with kafkajs's own errors, of its heartbeat. */
  read(payload: EachBatchPayload): Promise<void> {
    return this.#inTurn(() => this.#readFetched(payload));
  }

  /** A fetch brought control records or aborted transactions only: kafkajs has passed them without asking. */
  passEmpty(fetched: FetchedOffsets): void {
    if (this.#nextOffset !== undefined && fetched.lastOffset < this.#nextOffset) return;
    const seeks = this.#seeks;
    const nextOffset = fetched.lastOffset + 1;
    void this.#inTurn(async () => {
      if (seeks !== this.#seeks) return;
      await this.#hand(this.#batchOf([], nextOffset, fetched.endOffset));
    });
  }

  /** One batch of the partition at a time, over assignments too. */
  async #inTurn(work: () => Promise<void>): Promise<void> {
    this.#turnsWaiting += 1;
    const turn = this.#lastTurn.then(work);
    this.#lastTurn = turn.catch(() => undefined);
    try {
      await turn;
    } finally {
      this.#turnsWaiting -= 1;
    }
  }

  async #readFetched(payload: EachBatchPayload): Promise<void> {
    if (!this.#mayGoOn()) return;
    this.#catchUp();
    const fetched = offsetsOf(payload.batch);
    const fit = fitBatch(this.#nextOffset, fetched);
    if (fit.kind === 'stale' && this.#nextOffset !== undefined) {
      this.#goTo(this.#nextOffset);
      return;
    }
    if (fit.kind === 'gap') this.#skip(fit.expectedOffset, fit.foundOffset);
    await this.#handInParts(payload, fetched);
  }

  /** A batch of the assignment before may have ended since this one asked for its position. */
  #catchUp(): void {
    if (this.#seeks > 0 || this.#nextOffset !== this.#startOffset) return;
    const own = this.#options.consumer.position(this.topic, this.partition);
    if (own !== undefined && own > (this.#nextOffset ?? 0)) this.#nextOffset = own;
  }

  async #handInParts(payload: EachBatchPayload, fetched: FetchedOffsets): Promise<void> {
    const messages = this.#unread(payload.batch.messages);
    const size = this.#options.maxBatchRecords;
    // At least one part: with every message read already, an empty one still moves the position.
    for (let from = 0; from === 0 || from < messages.length; from += size) {
      if (!this.#mayGoOn()) return;
      const part = messages.slice(from, from + size);
      const last = part.at(-1);
      const isLast = from + size >= messages.length;
      const nextOffset = isLast || last === undefined ? fetched.lastOffset + 1 : Number(last.offset) + 1;
      if (!(await this.#hand(this.#batchOf(part, nextOffset, fetched.endOffset)))) return;
      payload.resolveOffset(String(nextOffset - 1));
      await payload.heartbeat();
      // Lets timers, sockets and the other partitions have their turn.
      await setImmediate();
    }
  }

  #unread(messages: readonly KafkaMessage[]): readonly KafkaMessage[] {
    const next = this.#nextOffset ?? 0;
    const first = messages[0];
    if (first === undefined || Number(first.offset) >= next) return messages;
    return messages.filter(({ offset }) => Number(offset) >= next);
  }

  #batchOf(part: readonly KafkaMessage[], nextOffset: number, endOffset: number): RecordBatch {
    const { topic, partition } = this;
    const records = part.map((message) => toRecord(topic, partition, message));
    return { topic, partition, records, nextOffset, endOffset };
  }

  /** Whether the batch was processed and kafkajs may be told so. */
  async #hand(batch: RecordBatch): Promise<boolean> {
    const seeks = this.#seeks;
    try {
      await this.#options.consumer.process(batch);
    } catch (error) {
      // Never to kafkajs: it would take a TypeError for its own and stop, or try the batch again and again.
      this.#isRetired = true;
      this.#options.onRefused(error instanceof Error ? error : new Error(String(error)));
      return false;
    }
    if (seeks !== this.#seeks) return false;
    this.#nextOffset = batch.nextOffset;
    return !this.#isRetired;
  }

  #mayGoOn(): boolean {
    return !this.#isRetired && this.#options.mayBegin();
  }

  #skip(expectedOffset: number, foundOffset: number): void {
    const { topic, partition } = this;
    this.#nextOffset = foundOffset;
    this.#options.consumer.gap({ topic, partition, expectedOffset, foundOffset });
  }

  #goTo(offset: number): void {
    this.#nextOffset = offset;
    this.#options.seek(offset);
  }
}
