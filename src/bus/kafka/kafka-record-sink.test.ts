import { randomUUID } from 'node:crypto';
import { Kafka, logLevel } from 'kafkajs';
import { recordSinkContract } from '../../../test/contracts/record-sink.ts';
import { CollectingConsumer } from '../../../test/support/collecting-consumer.ts';
import { patientRetry } from '../../../test/support/kafka/patient-retry.ts';
import { describeWithKafka, suiteKafka } from '../../../test/support/kafka/suite-kafka.ts';
import { RecordingLog } from '../../../test/support/recording-log.ts';
import { SystemClock } from '../../runtime/system-clock.ts';
import { KafkaRecordSink } from './kafka-record-sink.ts';
import { KafkaRecordSource } from './kafka-record-source.ts';

describeWithKafka('a real Kafka', () => {
  recordSinkContract('Kafka', async () => {
    const brokers = [...(await suiteKafka())];
    const clock = new SystemClock();
    const log = new RecordingLog();
    const admin = new Kafka({ brokers, logLevel: logLevel.NOTHING, retry: patientRetry }).admin();
    await admin.connect();
    return {
      tooLargeBytes: 1_200_000,
      sink: () => {
        const config = { brokers, clientId: 'tocsin-test', groupId: 'none' };
        return new KafkaRecordSink({ config, clock, log });
      },
      async partitions(topic) {
        if (!(await admin.listTopics()).includes(topic)) return 0;
        const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
        return topics[0]?.partitions.length ?? 0;
      },
      async read(topic, count) {
        const config = { brokers, clientId: 'tocsin-test', groupId: randomUUID() };
        const source = new KafkaRecordSource({ config, topics: [topic], clock, log });
        const consumer = new CollectingConsumer();
        await source.run(consumer);
        await consumer.until(() => consumer.count() >= count);
        await source.stop();
        return consumer.batches
          .flatMap(({ records }) => records)
          .sort((a, b) => a.partition - b.partition || a.offset - b.offset);
      },
      close: () => admin.disconnect(),
    };
  });
});
