import type { Bus } from '../bus/open-bus.ts';
import { compileDecoder } from '../consume/decode-record.ts';
import type { LogEvent } from '../shared/model/log-event.ts';
import type { SourceConfig } from '../shared/model/source-config.ts';
import type { Clock } from '../shared/ports/clock.ts';
import type {
  AssignedPartition,
  RecordBatch,
  RecordConsumer,
  RecordSource,
} from '../shared/ports/record-source.ts';
import { WorldError } from '../shared/world-error.ts';
import { type MergedEvents, mergePartitions } from './merge-partitions.ts';
import { PartitionQueue } from './partition-queue.ts';
import { type ReplayedEvents, type Unread, unreadShown } from './replayed-events.ts';

/** A topic whose partitions are not known after this long is taken for one that is not there. */
const openLimitMs = 20_000;

/** What a topic holds at the time it is opened, as events. The service's positions and group stay as they are. */
export class TopicEvents implements ReplayedEvents {
  readonly partitions: ReplayedEvents['partitions'];
  readonly unread: Unread[] = [];
  readonly #reading: Reading;
  #unreadCount = 0;

  private constructor(reading: Reading) {
    this.#reading = reading;
    this.partitions = reading.assigned.map(({ topic, partition }) => ({ topic, partition }));
  }

  /** Resolves when the topic's partitions and their ends are known. Throws WorldError('broker') where they cannot be. */
  static async open(
    { bus, clock }: { bus: Bus; clock: Clock },
    topic: string,
    source: SourceConfig,
  ): Promise<TopicEvents> {
    const log = bus.source([topic]);
    const assigned = Promise.withResolvers<readonly AssignedPartition[]>();
    const queueOf = queuesOf(log, topic);
    await log.run(consumer(queueOf, assigned));
    const isKnown = new AbortController();
    const limit = clock.sleep(openLimitMs, isKnown.signal).then(() => []);
    const partitions = await Promise.race([assigned.promise, limit]);
    isKnown.abort();
    if (partitions.length > 0) return new TopicEvents({ log, source, queueOf, assigned: partitions });
    await log.stop();
    throw new WorldError(
      'broker',
      `the topic ${topic} cannot be read: it does not exist, or the broker does not answer`,
    );
  }

  get unreadCount(): number {
    return this.#unreadCount;
  }

  forEach(take: MergedEvents): Promise<void> {
    const feeds = this.#reading.assigned.map((assigned) => ({
      partition: assigned.partition,
      batches: this.#events(assigned),
    }));
    return mergePartitions(feeds, take);
  }

  placeOf({ partition, offset }: { partition: number; offset: number }): Readonly<Record<string, unknown>> {
    return { topic: this.partitions[0]?.topic, partition, offset };
  }

  close(): Promise<void> {
    // Readers that wait in a queue would keep the source waiting for them.
    for (const { partition } of this.partitions) this.#reading.queueOf(partition).end();
    return this.#reading.log.stop();
  }

  async *#events({
    partition,
    earliestOffset,
    endOffset,
  }: AssignedPartition): AsyncGenerator<readonly LogEvent[]> {
    const { source, queueOf } = this.#reading;
    const decoder = compileDecoder(source);
    for (let next = earliestOffset; next < endOffset; ) {
      const batch = await queueOf(partition).take();
      if (batch === undefined) return;
      next = batch.nextOffset;
      yield batch.records
        .filter(({ offset }) => offset < endOffset)
        .flatMap((record) => {
          const decoded = decoder.decode(record, record.timestampMs);
          if (decoded.ok) return decoded.value;
          this.#note(
            `${record.topic}/${record.partition}@${record.offset}`,
            `${decoded.failure.reason}: ${decoded.failure.detail}`,
          );
          return decoded.failure.events;
        });
    }
    queueOf(partition).end();
  }

  #note(place: string, reason: string): void {
    this.#unreadCount += 1;
    if (this.unread.length < unreadShown) this.unread.push({ place, reason });
  }
}

/** Bytes held of a partition that is ahead of the others in event time before it is paused. */
const bytesHeldMax = 16 * 1024 * 1024;
/** What a record takes beside its value, about. */
const recordBytes = 200;

const bytesOf = ({ records }: RecordBatch): number =>
  records.reduce((sum, { value }) => sum + recordBytes + (value?.length ?? 0), 0);

/** The queue of each partition; one that is full pauses it. */
function queuesOf(log: RecordSource, topic: string): Reading['queueOf'] {
  const queues = new Map<number, PartitionQueue<RecordBatch>>();
  return (partition) => {
    const queue =
      queues.get(partition) ??
      new PartitionQueue<RecordBatch>({
        sizeOf: bytesOf,
        sizeMax: bytesHeldMax,
        onFull: () => log.pause(topic, partition),
        onDrained: () => log.resume(topic, partition),
      });
    queues.set(partition, queue);
    return queue;
  };
}

interface Reading {
  readonly log: RecordSource;
  readonly source: SourceConfig;
  readonly assigned: readonly AssignedPartition[];
  queueOf(partition: number): PartitionQueue<RecordBatch>;
}

function consumer(
  queueOf: (partition: number) => PartitionQueue<RecordBatch>,
  assigned: PromiseWithResolvers<readonly AssignedPartition[]>,
): RecordConsumer {
  const next = new Map<number, number>();
  return {
    // Where an outage makes the source begin again, it goes on after what was taken.
    position: (_topic, partition) => next.get(partition),
    assigned: (partitions) => assigned.resolve(partitions),
    process: async (batch) => {
      queueOf(batch.partition).put(batch);
      next.set(batch.partition, batch.nextOffset);
    },
    gap: () => undefined,
    failed: (error) => assigned.reject(error),
  };
}
