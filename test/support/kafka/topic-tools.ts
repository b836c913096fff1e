import { setTimeout as sleep } from 'node:timers/promises';
import { type Admin, Kafka, logLevel, type Message, Partitioners } from 'kafkajs';
import { mayPass } from '../../../src/bus/kafka/kafka-failure.ts';
import { patientRetry } from './patient-retry.ts';

/** A record as a plain kafkajs consumer sees it. */
export interface SeenRecord {
  readonly partition: number;
  readonly offset: number;
  readonly timestampMs: number;
  readonly key: string | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
}

const client = (brokers: readonly string[]): Kafka =>
  new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING, retry: patientRetry });

/** Puts messages on a topic, each on the partition it names, in batches that keep their order. */
export async function produce(
  brokers: readonly string[],
  topic: string,
  batches: AsyncIterable<Message[]> | Iterable<Message[]>,
): Promise<void> {
  const producer = client(brokers).producer({
    createPartitioner: Partitioners.DefaultPartitioner,
    idempotent: true,
    maxInFlightRequests: 1,
  });
  await producer.connect();
  try {
    for await (const messages of batches) await producer.send({ topic, messages, acks: -1 });
  } finally {
    await producer.disconnect();
  }
}

/** How many records each partition of a topic has been given, all together. */
export async function recordCount(brokers: readonly string[], topic: string): Promise<number> {
  const admin = client(brokers).admin();
  await admin.connect();
  try {
    const offsets = await offsetsOf(admin, topic);
    return offsets.reduce((sum, { high }) => sum + Number(high), 0);
  } finally {
    await admin.disconnect();
  }
}

/** kafkajs itself gives up at once where a broker that has just started does not lead its partitions yet. */
async function offsetsOf(admin: Admin, topic: string): ReturnType<Admin['fetchTopicOffsets']> {
  for (;;) {
    try {
      return await admin.fetchTopicOffsets(topic);
    } catch (error) {
      if (!mayPass(error)) throw error;
      await sleep(100);
    }
  }
}

/** Everything a topic holds now, as a plain consumer reads it: within a partition in order. */
export async function readTopic(brokers: readonly string[], topic: string): Promise<SeenRecord[]> {
  const seen: SeenRecord[] = [];
  await forEachRecord(brokers, topic, (record) => seen.push(record));
  return seen;
}

/** Shows everything a topic holds now, one record after the other: for topics too large to be held. */
export async function forEachRecord(
  brokers: readonly string[],
  topic: string,
  visit: (record: SeenRecord) => void,
): Promise<void> {
  const kafka = client(brokers);
  const admin = kafka.admin();
  await admin.connect();
  const ends = await offsetsOf(admin, topic);
  await admin.disconnect();
  const left = new Map(
    ends
      .filter(({ low, high }) => Number(high) > Number(low))
      .map(({ partition, high }) => [partition, Number(high)]),
  );
  if (left.size === 0) return;
  const consumer = kafka.consumer({ groupId: `reader-${Math.random()}`, maxWaitTimeInMs: 200 });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await new Promise<void>((resolve, reject) => {
    consumer
      .run({
        eachMessage: async ({ partition, message }) => {
          visit({
            partition,
            offset: Number(message.offset),
            timestampMs: Number(message.timestamp),
            key: message.key?.toString() ?? null,
            value: message.value,
            headers: textHeaders(message.headers ?? {}),
          });
          if (Number(message.offset) + 1 >= (left.get(partition) ?? 0)) left.delete(partition);
          if (left.size === 0) resolve();
        },
      })
      .catch(reject);
  });
  await consumer.disconnect();
}

const textHeaders = (headers: NonNullable<Message['headers']>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
