import type { Kafka } from 'kafkajs';
import { partitionName } from '../../shared/model/position.ts';
import type { AssignedPartition } from '../../shared/ports/record-source.ts';
import { withAdmin } from './create-kafka.ts';

/** What the log holds of these partitions, asked of the brokers. Rejects when they do not say. */
export async function fetchBounds(
  kafka: Kafka,
  partitions: readonly { readonly topic: string; readonly partition: number }[],
): Promise<readonly AssignedPartition[]> {
  const wanted = new Set(partitions.map(({ topic, partition }) => partitionName(topic, partition)));
  const topics = [...new Set(partitions.map(({ topic }) => topic))];
  return withAdmin(kafka, async (admin) => {
    const found: AssignedPartition[] = [];
    for (const topic of topics) {
      for (const { partition, low, high } of await admin.fetchTopicOffsets(topic)) {
        if (!wanted.has(partitionName(topic, partition))) continue;
        found.push({ topic, partition, earliestOffset: Number(low), endOffset: Number(high) });
      }
    }
    return found;
  });
}
