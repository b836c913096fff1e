import { randomUUID } from 'node:crypto';
import { Kafka, logLevel } from 'kafkajs';
import { recordSourceContract } from '../../../test/contracts/record-source.ts';
import { patientRetry } from '../../../test/support/kafka/patient-retry.ts';
import { startTopic } from '../../../test/support/kafka/start-topic.ts';
import { describeWithKafka, suiteKafka } from '../../../test/support/kafka/suite-kafka.ts';
import { RecordingLog } from '../../../test/support/recording-log.ts';
import { SystemClock } from '../../runtime/system-clock.ts';
import { KafkaRecordSource } from './kafka-record-source.ts';

describeWithKafka('a real Kafka', () => {
  recordSourceContract('Kafka', async () => {
    const brokers = [...(await suiteKafka())];
    const kafka = new Kafka({ brokers, logLevel: logLevel.NOTHING, retry: patientRetry });
    const admin = kafka.admin();
    const producer = kafka.producer();
    await Promise.all([admin.connect(), producer.connect()]);
    // One group for all sources: what an earlier one committed must never decide where a later one begins.
    const groupId = `group.${randomUUID()}`;
    return {
      createTopic: (topic, partitions) => startTopic(brokers, topic, { partitions }),
      async append(topic, partition, records) {
        const messages = records.map(({ key, value, headers, timestampMs }) => ({
          partition,
          key: key ? Buffer.from(key) : null,
          value: value ? Buffer.from(value) : null,
          headers: Object.fromEntries((headers ?? []).map(([name, bytes]) => [name, Buffer.from(bytes)])),
          ...(timestampMs === undefined ? {} : { timestamp: String(timestampMs) }),
        }));
        await producer.send({ topic, messages });
      },
      async retire(topic, partition, beforeOffset) {
        // kafkajs finds the partition's leader only once it has met the topic.
        await admin.fetchTopicOffsets(topic);
        await admin.deleteTopicRecords({ topic, partitions: [{ partition, offset: String(beforeOffset) }] });
      },
      source(topics, options = {}) {
        const config = { brokers, clientId: 'tocsin-test', groupId, topicPollMs: 500, ...options };
        return new KafkaRecordSource({ config, topics, clock: new SystemClock(), log: new RecordingLog() });
      },
      async close() {
        await Promise.all([admin.disconnect(), producer.disconnect()]);
      },
    };
  });
});
