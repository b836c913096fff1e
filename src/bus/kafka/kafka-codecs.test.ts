import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { CollectingConsumer } from '../../../test/support/collecting-consumer.ts';
import { kafkaTool } from '../../../test/support/kafka/kafka-tool.ts';
import { describeWithKafka, suiteKafka } from '../../../test/support/kafka/suite-kafka.ts';
import { RecordingLog } from '../../../test/support/recording-log.ts';
import { SystemClock } from '../../runtime/system-clock.ts';
import { KafkaRecordSink } from './kafka-record-sink.ts';
import { KafkaRecordSource } from './kafka-record-source.ts';

const clock = new SystemClock();
const line = (i: number): string => `Failed password for root from 203.0.113.${i % 250} port ${i} ssh2`;

describeWithKafka('records compressed', () => {
  let brokers: readonly string[];
  beforeAll(async () => {
    brokers = await suiteKafka();
  });

  describe.each(['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const)('with %s', (compression) => {
    test('by Java and by us are read, and ours are read by Java', async () => {
      const topic = `codec.${compression}.${randomUUID()}`;
      const server = brokers.join(',');
      const config = { brokers, clientId: 'tocsin-test', groupId: topic, compression };
      const log = new RecordingLog();
      const sink = new KafkaRecordSink({ config, clock, log });
      await sink.ensureTopics([{ topic, partitions: 1, compacted: false }]);
      const ours = Array.from({ length: 500 }, (_, i) => line(i));
      const record = { topic, key: null, headers: [], timestampMs: 1_700_000_000_000 };
      const delivery = await sink.publish(ours.map((text) => ({ ...record, value: Buffer.from(text) })));
      await sink.close();
      expect(delivery).toEqual({ kind: 'delivered' });

      const size = ['--num-records', '300', '--record-size', '2000', '--throughput', '-1'];
      const properties = [`bootstrap.servers=${server}`, `compression.type=${compression}`];
      await kafkaTool('org.apache.kafka.tools.ProducerPerformance', [
        ...['--topic', topic, ...size, '--producer-props', ...properties],
      ]);
      const where = [
        '--bootstrap-server',
        server,
        '--topic',
        topic,
        '--partition',
        '0',
        '--offset',
        'earliest',
      ];
      const byJava = await kafkaTool('org.apache.kafka.tools.consumer.ConsoleConsumer', [
        ...where,
        // It ends when nothing came for that long, too, so that what is missing is seen.
        ...['--max-messages', '800', '--timeout-ms', '300000'],
      ]);

      const source = new KafkaRecordSource({ config, topics: [topic], clock, log });
      const consumer = new CollectingConsumer();
      await source.run(consumer);
      await consumer.until(() => consumer.count() === 800 || consumer.failures.length > 0);
      await source.stop();
      expect(consumer.failures).toEqual([]);
      const read = consumer.values(topic, 0);
      expect(read.slice(0, 500)).toEqual(ours);
      expect(read.slice(500).map((value) => value?.length)).toEqual(Array(300).fill(2_000));
      expect(byJava.trimEnd().split('\n')).toEqual(read);
    });
  });
});
