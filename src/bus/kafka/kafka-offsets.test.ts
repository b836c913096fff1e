import { randomUUID } from 'node:crypto';
import { Kafka, logLevel, type Producer } from 'kafkajs';
import { beforeAll, expect, test } from 'vitest';
import { CollectingConsumer } from '../../../test/support/collecting-consumer.ts';
import { describeWithKafka, suiteKafka } from '../../../test/support/kafka/suite-kafka.ts';
import { RecordingLog } from '../../../test/support/recording-log.ts';
import { SystemClock } from '../../runtime/system-clock.ts';
import { partitionName } from '../../shared/model/position.ts';
import { KafkaRecordSource } from './kafka-record-source.ts';

const clock = new SystemClock();

describeWithKafka('offsets that hold no record', () => {
  let brokers: string[];
  let kafka: Kafka;
  beforeAll(async () => {
    brokers = [...(await suiteKafka())];
    const retry = { retries: 10, initialRetryTime: 50, maxRetryTime: 1_000 };
    kafka = new Kafka({ brokers, logLevel: logLevel.NOTHING, retry });
  });

  const newTopic = async (config: Record<string, string> = {}): Promise<string> => {
    const topic = `offsets.${randomUUID()}`;
    const admin = kafka.admin();
    await admin.connect();
    const configEntries = Object.entries(config).map(([name, value]) => ({ name, value }));
    await admin.createTopics({ topics: [{ topic, numPartitions: 1, configEntries }], waitForLeaders: true });
    await admin.disconnect();
    return topic;
  };
  const read = async (topic: string, positions: ReadonlyMap<string, number>, endOffset: number) => {
    const config = { brokers, clientId: 'tocsin-test', groupId: topic };
    const source = new KafkaRecordSource({ config, topics: [topic], clock, log: new RecordingLog() });
    const consumer = new CollectingConsumer(positions);
    await source.run(consumer);
    await consumer.until(() => consumer.positions.get(partitionName(topic, 0)) === endOffset);
    await source.stop();
    return consumer;
  };

  test('transactions: markers and aborted records are passed, and the position reaches the end', async () => {
    const topic = await newTopic();
    const producer: Producer = kafka.producer({
      transactionalId: topic,
      maxInFlightRequests: 1,
      idempotent: true,
    });
    await producer.connect();
    for (const [values, commits] of [
      [['a', 'b'], true],
      [['never'], false],
      [['c'], true],
      [['nor this'], false],
    ] as const) {
      const transaction = await producer.transaction();
      await transaction.send({ topic, messages: values.map((value) => ({ value })) });
      await (commits ? transaction.commit() : transaction.abort());
    }
    await producer.disconnect();
    // Two records and a marker, one and a marker, one and a marker, one and a marker.
    const first = await read(topic, new Map(), 9);
    expect(first.values(topic, 0)).toEqual(['a', 'b', 'c']);
    expect(first.gaps).toEqual([]);
    expect(first.batches.at(-1)).toMatchObject({ nextOffset: 9, endOffset: 9 });

    // From the middle of the aborted one on, and then from after the last record: nothing is missing in either case.
    const second = await read(topic, new Map([[partitionName(topic, 0), 3]]), 9);
    expect(second.values(topic, 0)).toEqual(['c']);
    const third = await read(topic, new Map([[partitionName(topic, 0), 7]]), 9);
    expect(third.count()).toBe(0);
    expect([...second.gaps, ...third.gaps]).toEqual([]);
  });
});
