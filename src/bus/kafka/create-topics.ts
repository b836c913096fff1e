import type { Admin, ITopicConfig } from 'kafkajs';
import type { TopicSpec } from '../../shared/ports/record-sink.ts';
import { kafkaErrorTypes } from './kafka-failure.ts';

/** How long to wait for the new partitions to have leaders, in milliseconds. */
const leaderLimitMs = 15_000;

/**
 * Creates the topics that are missing, with the cluster's own replication factor, or with one copy where the cluster has
 * fewer brokers than that. A topic that somebody else creates at the same moment is fine. Rejects with kafkajs's error.
 */
export async function createMissingTopics(admin: Admin, specs: readonly TopicSpec[]): Promise<void> {
  const existing = new Set(await admin.listTopics());
  const missing = specs.filter(({ topic }) => !existing.has(topic));
  if (missing.length === 0) return;
  try {
    await create(admin, missing, -1);
  } catch (error) {
    if (!kafkaErrorTypes(error).includes('INVALID_REPLICATION_FACTOR')) throw error;
    await create(admin, missing, 1);
  }
}

async function create(admin: Admin, specs: readonly TopicSpec[], replicationFactor: number): Promise<void> {
  const topics = specs.map(
    (spec): ITopicConfig => ({
      topic: spec.topic,
      numPartitions: spec.partitions,
      replicationFactor,
      configEntries: configOf(spec),
    }),
  );
  await admin.createTopics({ topics, waitForLeaders: true, timeout: leaderLimitMs });
}

function configOf({ compacted, recordBytesMax }: TopicSpec): { name: string; value: string }[] {
  return [
    ...(compacted ? [{ name: 'cleanup.policy', value: 'compact' }] : []),
    ...(recordBytesMax === undefined ? [] : [{ name: 'max.message.bytes', value: String(recordBytesMax) }]),
  ];
}
