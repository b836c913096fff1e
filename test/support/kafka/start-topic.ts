import { Kafka, logLevel } from 'kafkajs';

/** Creates a topic on a running broker and waits until it has leaders. `config`: its settings, `max.message.bytes` ... */
export async function startTopic(
  brokers: readonly string[],
  topic: string,
  { partitions, config = {} }: { partitions: number; config?: Readonly<Record<string, string>> },
): Promise<void> {
  const configEntries = Object.entries(config).map(([name, value]) => ({ name, value }));
  const admin = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    await admin.createTopics({
      waitForLeaders: true,
      topics: [{ topic, numPartitions: partitions, replicationFactor: 1, configEntries }],
    });
  } finally {
    await admin.disconnect();
  }
}
