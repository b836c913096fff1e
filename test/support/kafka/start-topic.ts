import { type Admin, Kafka, logLevel } from 'kafkajs';
import { eventually } from '../tocsin-process.ts';
import { patientRetry } from './patient-retry.ts';

/** Creates a topic on a running broker and waits until that serves it. `config`: its settings, `max.message.bytes` ... */
export async function startTopic(
  brokers: readonly string[],
  topic: string,
  { partitions, config = {} }: { partitions: number; config?: Readonly<Record<string, string>> },
): Promise<void> {
  const configEntries = Object.entries(config).map(([name, value]) => ({ name, value }));
  const admin = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING, retry: patientRetry }).admin();
  await admin.connect();
  try {
    const spec = { topic, numPartitions: partitions, replicationFactor: 1, configEntries };
    // kafkajs's own wait for leaders gives up where the broker has not heard of the topic yet.
    await admin.createTopics({ waitForLeaders: false, topics: [spec] });
    await eventually(() => isServed(admin, topic, partitions));
  } finally {
    await admin.disconnect();
  }
}

async function isServed(admin: Admin, topic: string, partitions: number): Promise<boolean> {
  try {
    return (await admin.fetchTopicOffsets(topic)).length === partitions;
  } catch {
    return false;
  }
}
