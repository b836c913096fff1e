import { randomUUID } from 'node:crypto';
import { Kafka, logLevel, type Producer } from 'kafkajs';
import { beforeAll, expect, test } from 'vitest';
import { CollectingConsumer } from '../../../test/support/collecting-consumer.ts';
import { patientRetry } from '../../../test/support/kafka/patient-retry.ts';
import { startTopic } from '../../../test/support/kafka/start-topic.ts';
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
    kafka = new Kafka({ brokers, logLevel: logLevel.NOTHING, retry: patientRetry });
  });

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
    const topic = `offsets.${randomUUID()}`;
    await startTopic(brokers, topic, { partitions: 1 });
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
