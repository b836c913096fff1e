import { type Cluster, type Consumer, type Kafka, PartitionAssigners } from 'kafkajs';
import { partitionName } from '../../shared/model/position.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { Log } from '../../shared/ports/log.ts';
import type { RecordConsumer } from '../../shared/ports/record-source.ts';
import { clientRetry } from './create-kafka.ts';
import { evictPredecessors } from './evict-predecessors.ts';
import { fetchBounds } from './fetch-bounds.ts';
import type { KafkaBusConfig } from './kafka-bus-config.ts';
import { mayPass, messageOf } from './kafka-failure.ts';
import { PartitionReader } from './partition-reader.ts';
import { withinMs } from './within-ms.ts';

export interface SessionOptions {
  readonly kafka: Kafka;
  /** The client id `kafka` was made with; no living process but this one has it. */
  readonly clientId: string;
  readonly config: KafkaBusConfig;
  readonly topics: readonly string[];
  /** As many batches may be in hand at once: the number of partitions. */
  readonly concurrency: number;
  readonly consumer: RecordConsumer;
  /** Names of the partitions not to be read at present; the source's, which changes it. */
  readonly paused: ReadonlySet<string>;
  readonly clock: Clock;
  readonly log: Log;
  /** Called for each proof that the cluster works. */
  readonly onWell: () => void;
}

/** Why a session ended by itself: the client broke down (and may be worth another), or the consumer refused a batch. */
export type SessionEnd =
  | { readonly kind: 'crashed'; readonly error: Error; readonly mayPass: boolean }
  | { readonly kind: 'refused'; readonly error: Error };

const defaultSessionTimeoutMs = 30_000;
const defaultCommitEveryMs = 500;
const defaultMaxBatchRecords = 2_000;
const commitLimitMs = 5_000;
const leaveLimitMs = 10_000;
const maxBytes = 8 * 1024 * 1024;
const maxBytesPerPartition = 1024 * 1024;
/** Requests that only a working group and a working leader answer. */
const provingRequests = ['Fetch', 'Heartbeat'];

/**
 * One life of a kafkajs consumer over a fixed list of topics, from joining the group to leaving it or breaking down.
 * The consumer's own positions rule: each assignment seeks to them before the first fetch, and the offsets committed to
 * the group are for lag tools only. In memory is one fetch per broker: 8 MiB compressed, or one larger record batch,
 * each batch of which may decode to 128 MiB (record-codecs.ts).
 */
export class ConsumerSession {
  readonly ended: Promise<SessionEnd>;
  readonly #options: SessionOptions;
  readonly #kafkaConsumer: Consumer;
  readonly #end: (end: SessionEnd) => void;
  /** The present assignment; replaced at each join. */
  #readers = new Map<string, PartitionReader>();
  /** Readers of assignments before that may still have a batch in hand. */
  readonly #retired = new Set<PartitionReader>();
  readonly #stopping = new AbortController();
  #saysMayPass = false;
  #committing: Promise<void> = Promise.resolve();
  /** Ends when the group was joined, or could not be. */
  #joining: Promise<void> = Promise.resolve();
  #cluster: Cluster | undefined;
  #stopped: Promise<void> | undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
    const { promise, resolve } = Promise.withResolvers<SessionEnd>();
    this.ended = promise;
    this.#end = resolve;
    const { config } = options;
    const sessionTimeout = config.sessionTimeoutMs ?? defaultSessionTimeoutMs;
    this.#kafkaConsumer = options.kafka.consumer({
      groupId: config.groupId,
      sessionTimeout,
      rebalanceTimeout: sessionTimeout,
      // An assigner is the one part of ours that kafkajs gives its cluster.
      partitionAssigners: [
        (given) => {
          this.#cluster = given.cluster;
          return PartitionAssigners.roundRobin(given);
        },
      ],
      heartbeatInterval: Math.min(3_000, Math.floor(sessionTimeout / 3)),
      maxWaitTimeInMs: 250,
      maxBytesPerPartition,
      maxBytes,
      metadataMaxAge: config.topicPollMs ?? 30_000,
      allowAutoTopicCreation: false,
      retry: { ...clientRetry, restartOnFailure: async () => this.#noteMayPass() },
    });
    this.#listen();
  }

  /** Joins the group. Rejects when that fails at once; `ended` tells of what fails later. */
  start(): Promise<void> {
    const starting = this.#join();
    this.#joining = starting.catch(() => undefined);
    return starting;
  }

  async #join(): Promise<void> {
    const { topics, concurrency, config, clientId, log } = this.#options;
    await this.#kafkaConsumer.connect();
    await this.#kafkaConsumer.subscribe({ topics: [...topics], fromBeginning: true });
    if (this.#cluster !== undefined) {
      await evictPredecessors(this.#cluster, { groupId: config.groupId, clientId, log });
    }
    await this.#kafkaConsumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: concurrency,
      eachBatch: async (payload) => {
        const { topic, partition } = payload.batch;
        await this.#readers.get(partitionName(topic, partition))?.read(payload);
      },
    });
    this.#committing = this.#commitLazily();
  }

  pause(topic: string, partition: number): void {
    if (this.#owns(topic, partition)) this.#kafkaConsumer.pause([{ topic, partitions: [partition] }]);
  }

  resume(topic: string, partition: number): void {
    if (this.#owns(topic, partition)) this.#kafkaConsumer.resume([{ topic, partitions: [partition] }]);
  }

  seek(topic: string, partition: number, offset: number): void {
    this.#readers.get(partitionName(topic, partition))?.seek(offset);
  }

  isBusy(): boolean {
    return this.#everyReader().some((reader) => reader.isBusy());
  }

  /**
   * Waits for the batches in hand, for as long as they take; then tells the broker how far it came and leaves the group,
   * within 20 seconds. Idempotent.
   */
  stop(): Promise<void> {
    this.#stopped ??= this.#leave();
    return this.#stopped;
  }

  async #leave(): Promise<void> {
    this.#stopping.abort();
    for (const { topic, partition } of this.#readers.values()) this.pause(topic, partition);
    await Promise.all(this.#everyReader().map((reader) => reader.idle()));
    await withinMs(commitLimitMs, this.#committing);
    await withinMs(commitLimitMs, this.#commit());
    this.#retireAll();
    // Told to while it joins, kafkajs would disconnect, connect again once it has joined, and fetch for ever.
    const left = this.#joining.then(() => this.#kafkaConsumer.disconnect());
    await withinMs(leaveLimitMs, left).catch((error: unknown) => {
      this.#options.log.debug('the Kafka consumer did not leave its group in an orderly way', {
        reason: messageOf(error),
      });
    });
  }

  #listen(): void {
    const { events } = this.#kafkaConsumer;
    this.#kafkaConsumer.on(events.GROUP_JOIN, ({ payload }) => this.#onJoin(payload.memberAssignment));
    this.#kafkaConsumer.on(events.START_BATCH_PROCESS, ({ payload }) => {
      if (payload.batchSize > 0) return;
      const lastOffset = Number(payload.lastOffset);
      const endOffset = Number(payload.highWatermark);
      const reader = this.#readers.get(partitionName(payload.topic, payload.partition));
      reader?.passEmpty({ fromOffset: lastOffset, lastOffset, endOffset });
    });
    this.#kafkaConsumer.on(events.REQUEST, ({ payload }) => {
      if (provingRequests.includes(payload.apiName)) this.#options.onWell();
    });
    this.#kafkaConsumer.on(events.CRASH, ({ payload: { error } }) => {
      // From here on kafkajs throws at everything it is asked, so nothing may be left that asks.
      this.#retireAll();
      this.#end({ kind: 'crashed', error, mayPass: mayPass(error, this.#saysMayPass) });
    });
  }

  /** kafkajs asks whether to restart after what it takes for passing. No: the source makes a new consumer. */
  #noteMayPass(): boolean {
    this.#saysMayPass = true;
    return false;
  }

  /** Synchronous up to the last seek: kafkajs fetches as soon as its listeners have returned. */
  #onJoin(assignment: Readonly<Record<string, readonly number[]>>): void {
    const before = this.#readers;
    this.#retireAll();
    // It came up after it was told to stop. Nothing is read; it only has to leave.
    if (this.#stopping.signal.aborted) return;
    for (const [topic, partitions] of Object.entries(assignment)) {
      for (const partition of partitions) this.#adopt(topic, partition, before);
    }
    this.#sayShared();
    void this.#announce(this.#readers);
  }

  /** A rule whose events another process reads would miss them without anybody noticing. */
  #sayShared(): void {
    const { concurrency: all, config, log } = this.#options;
    const own = this.#readers.size;
    if (own >= all) return;
    log.warn('another member of the Kafka group reads some of the partitions: windows here see only a part', {
      groupId: config.groupId,
      own,
      all,
    });
  }

  #adopt(topic: string, partition: number, before: ReadonlyMap<string, PartitionReader>): void {
    const { consumer, config, paused } = this.#options;
    const name = partitionName(topic, partition);
    const reader = new PartitionReader({
      topic,
      partition,
      consumer,
      maxBatchRecords: config.maxBatchRecords ?? defaultMaxBatchRecords,
      before: before.get(name),
      seek: (offset) => this.#kafkaConsumer.seek({ topic, partition, offset: String(offset) }),
      mayBegin: () => !paused.has(name) && !this.#stopping.signal.aborted,
      onRefused: (error) => this.#end({ kind: 'refused', error }),
    });
    this.#readers.set(name, reader);
    if (paused.has(name)) this.pause(topic, partition);
  }

  #retireAll(): void {
    for (const reader of this.#retired) if (!reader.isBusy()) this.#retired.delete(reader);
    for (const reader of this.#readers.values()) {
      reader.retire();
      this.#retired.add(reader);
    }
    this.#readers = new Map();
  }

  #everyReader(): readonly PartitionReader[] {
    return [...this.#readers.values(), ...this.#retired];
  }

  /** Asks what the log holds of the assignment, again until it is told, and says so. */
  async #announce(readers: ReadonlyMap<string, PartitionReader>): Promise<void> {
    const { kafka, consumer, log, clock } = this.#options;
    const isCurrent = (): boolean => this.#readers === readers && !this.#stopping.signal.aborted;
    while (isCurrent()) {
      try {
        const bounds = await fetchBounds(kafka, [...readers.values()]);
        if (!isCurrent()) return;
        consumer.assigned(bounds);
        for (const one of bounds) readers.get(partitionName(one.topic, one.partition))?.checkStart(one);
        return;
      } catch (error) {
        log.debug('the ends of the assigned partitions could not be read yet', { reason: messageOf(error) });
        await clock.sleep(1_000, this.#stopping.signal);
      }
    }
  }

  async #commitLazily(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await this.#options.clock.sleep(this.#options.config.commitEveryMs ?? defaultCommitEveryMs, signal);
      if (!signal.aborted) await this.#commit();
    }
  }

  /** Never fails: the truth is the consumer's own position, this is for those who watch the lag. */
  async #commit(): Promise<void> {
    const offsets = [...this.#readers.values()].flatMap((reader) => {
      const offset = reader.takeCommit();
      const { topic, partition } = reader;
      return offset === undefined ? [] : [{ topic, partition, offset: String(offset) }];
    });
    if (offsets.length === 0) return;
    try {
      await this.#kafkaConsumer.commitOffsets(offsets);
    } catch (error) {
      this.#options.log.debug('the offsets could not be committed to the group', {
        reason: messageOf(error),
      });
    }
  }

  #owns(topic: string, partition: number): boolean {
    return this.#readers.has(partitionName(topic, partition));
  }
}
