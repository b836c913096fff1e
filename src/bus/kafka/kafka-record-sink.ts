import { CompressionTypes, type Kafka, type Message, type Producer } from 'kafkajs';
import { invariant } from '../../shared/invariant.ts';
import type { OutgoingRecord } from '../../shared/model/log-record.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { Log } from '../../shared/ports/log.ts';
import type { Delivery } from '../../shared/ports/notifier.ts';
import type { RecordSink, TopicSpec } from '../../shared/ports/record-sink.ts';
import { WorldError } from '../../shared/world-error.ts';
import { clientRetry, createKafka, withAdmin } from './create-kafka.ts';
import { createMissingTopics } from './create-topics.ts';
import type { KafkaBusConfig, KafkaCompression } from './kafka-bus-config.ts';
import { kafkaErrorTypes, mayPass, messageOf } from './kafka-failure.ts';
import { toMessage } from './kafka-record.ts';
import { Outage } from './outage.ts';
import { choosePartition } from './partition-chooser.ts';
import { portionsOf } from './portions.ts';
import { isTooLarge, publishFailure } from './publish-failure.ts';
import { withinMs } from './within-ms.ts';

export interface KafkaSinkOptions {
  readonly config: KafkaBusConfig;
  readonly clock: Clock;
  readonly log: Log;
}

/** Content of one send: below the brokers' usual limit of 1 MiB for a record batch, with room for what surrounds it. */
const portionBytesMax = 900_000;
const produceLimitMs = 10_000;
const leaveLimitMs = 5_000;

const compressionTypes: Readonly<Record<KafkaCompression, CompressionTypes>> = {
  none: CompressionTypes.None,
  gzip: CompressionTypes.GZIP,
  snappy: CompressionTypes.Snappy,
  lz4: CompressionTypes.LZ4,
  zstd: CompressionTypes.ZSTD,
};

/**
 * Publishes with an idempotent producer of kafkajs, one send at a time, and a new producer after each failure. That is
 * what makes it safe: after a failed send kafkajs takes its sequence numbers back although the broker may have stored the
 * records, and what is sent under them next would be acknowledged as a duplicate without being stored.
 *
 * Of several records, those before the failing one may be in the log: `rejected` then means that at least one of them
 * will never be taken, and publishing them one by one tells which.
 */
export class KafkaRecordSink implements RecordSink {
  readonly #options: KafkaSinkOptions;
  readonly #kafka: Kafka;
  readonly #outage: Outage;
  readonly #knownTopics = new Set<string>();
  #producer: Producer | undefined;
  #isPublishing = false;

  constructor(options: KafkaSinkOptions) {
    this.#options = options;
    const { config, log, clock } = options;
    this.#kafka = createKafka(config, log, () => undefined);
    this.#outage = new Outage({ what: `writing to Kafka at ${config.brokers.join(', ')}`, clock, log });
  }

  async ensureTopics(topics: readonly TopicSpec[]): Promise<void> {
    try {
      const { clock } = this.#options;
      await withAdmin(this.#kafka, (admin) => createMissingTopics(admin, topics, clock));
      for (const { topic } of topics) this.#knownTopics.add(topic);
    } catch (error) {
      const names = topics.map(({ topic }) => topic).join(', ');
      const message = `the topics ${names} cannot be created in Kafka: ${messageOf(error)}`;
      throw new WorldError('broker', message, { cause: error, mayPass: mayPass(error) });
    }
  }

  async publish(records: readonly OutgoingRecord[]): Promise<Delivery> {
    invariant(!this.#isPublishing, 'two publishes at a time to one sink');
    this.#isPublishing = true;
    try {
      const delivery = await this.#publishAll(records);
      if (delivery.kind === 'retry') this.#outage.trouble(delivery.detail);
      else this.#outage.well();
      this.#outage.say();
      return delivery;
    } finally {
      this.#isPublishing = false;
    }
  }

  async close(): Promise<void> {
    await this.#dropProducer();
  }

  async #publishAll(records: readonly OutgoingRecord[]): Promise<Delivery> {
    try {
      const unknown = await this.#firstUnknownTopic(records);
      if (unknown !== undefined) {
        const detail = `there is no topic ${unknown}, or it may not be seen with these credentials`;
        return { kind: 'rejected', reason: 'client', detail };
      }
      for (const portion of portionsOf(records, portionBytesMax)) await this.#sendPortion(portion);
      return { kind: 'delivered' };
    } catch (error) {
      if (kafkaErrorTypes(error).includes('UNKNOWN_TOPIC_OR_PARTITION')) this.#knownTopics.clear();
      const delivery = publishFailure(error);
      if (delivery.kind === 'retry' && !mayPass(error)) {
        this.#options.log.error('Kafka refuses what is published', { reason: delivery.detail });
      }
      return delivery;
    }
  }

  /** Asked beforehand, because kafkajs tries a topic that does not exist for the better part of a minute. */
  async #firstUnknownTopic(records: readonly OutgoingRecord[]): Promise<string | undefined> {
    const isUnknown = ({ topic }: OutgoingRecord): boolean => !this.#knownTopics.has(topic);
    if (!records.some(isUnknown)) return undefined;
    for (const topic of await withAdmin(this.#kafka, (admin) => admin.listTopics()))
      this.#knownTopics.add(topic);
    return records.find(isUnknown)?.topic;
  }

  /** Halves a portion that the broker finds too large, down to the record that is. Rejects with what failed. */
  async #sendPortion(portion: readonly OutgoingRecord[]): Promise<void> {
    try {
      await this.#send(portion);
    } catch (error) {
      await this.#dropProducer();
      if (!isTooLarge(error) || portion.length === 1) throw error;
      const middle = Math.ceil(portion.length / 2);
      await this.#sendPortion(portion.slice(0, middle));
      await this.#sendPortion(portion.slice(middle));
    }
  }

  async #send(portion: readonly OutgoingRecord[]): Promise<void> {
    const byTopic = new Map<string, Message[]>();
    for (const record of portion) {
      const messages = byTopic.get(record.topic) ?? [];
      byTopic.set(record.topic, messages);
      messages.push(toMessage(record));
    }
    const producer = await this.#connected();
    await producer.sendBatch({
      acks: -1,
      timeout: produceLimitMs,
      compression: compressionTypes[this.#options.config.compression ?? 'none'],
      topicMessages: [...byTopic].map(([topic, messages]) => ({ topic, messages })),
    });
  }

  async #connected(): Promise<Producer> {
    if (this.#producer !== undefined) return this.#producer;
    const producer = this.#kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner: choosePartition,
      // Few: a send must end, so that its failure is known before anything else is sent. The caller tries again.
      retry: clientRetry,
    });
    this.#producer = producer;
    await producer.connect();
    return producer;
  }

  async #dropProducer(): Promise<void> {
    const producer = this.#producer;
    this.#producer = undefined;
    if (producer === undefined) return;
    // A producer that cannot say goodbye is forgotten; its send has ended already.
    await withinMs(leaveLimitMs, producer.disconnect()).catch(() => undefined);
  }
}
