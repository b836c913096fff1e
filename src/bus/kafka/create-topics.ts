import type { Admin, ITopicConfig } from 'kafkajs';
import type { Clock } from '../../shared/ports/clock.ts';
import type { TopicSpec } from '../../shared/ports/record-sink.ts';
import { kafkaErrorTypes, mayPass } from './kafka-failure.ts';

/** How long to wait for the brokers to serve the new partitions, and how often to ask, in milliseconds. */
const servedLimitMs = 15_000;
const askEveryMs = 100;

/**
 * Creates the topics that are missing, with the cluster's own replication factor, or with one copy where the cluster has
 * fewer brokers than that. A topic that somebody else creates at the same moment is fine. Resolves when the leaders of
 * all new partitions answer for them; rejects with kafkajs's error.
 */
export async function createMissingTopics(
  admin: Pick<Admin, 'listTopics' | 'createTopics' | 'fetchTopicOffsets'>,
  specs: readonly TopicSpec[],
  clock: Clock,
): Promise<void> {
  const existing = new Set(await admin.listTopics());
  const missing = specs.filter(({ topic }) => !existing.has(topic));
  if (missing.length === 0) return;
  try {
    await create(admin, missing, -1);
  } catch (error) {
    if (!kafkaErrorTypes(error).includes('INVALID_REPLICATION_FACTOR')) throw error;
    await create(admin, missing, 1);
  }
  for (const { topic } of missing) await untilServed(admin, topic, clock);
}

async function create(
  admin: Pick<Admin, 'createTopics'>,
  specs: readonly TopicSpec[],
  replicationFactor: number,
): Promise<void> {
  const topics = specs.map(
    (spec): ITopicConfig => ({
      topic: spec.topic,
      numPartitions: spec.partitions,
      replicationFactor,
      configEntries: configOf(spec),
    }),
  );
  // kafkajs's own wait for leaders fails where the broker it asks has not heard of the topic yet.
  await admin.createTopics({ topics, waitForLeaders: false, timeout: servedLimitMs });
}

/** A broker that knows its leaders by name may still refuse records for a moment, until the leaders know, too. */
async function untilServed(
  admin: Pick<Admin, 'fetchTopicOffsets'>,
  topic: string,
  clock: Clock,
): Promise<void> {
  const untilMs = clock.nowMs() + servedLimitMs;
  for (;;) {
    try {
      await admin.fetchTopicOffsets(topic);
      return;
    } catch (error) {
      if (!mayPass(error) || clock.nowMs() >= untilMs) throw error;
    }
    await clock.sleep(askEveryMs);
  }
}

function configOf({ compacted, recordBytesMax }: TopicSpec): { name: string; value: string }[] {
  return [
    ...(compacted ? [{ name: 'cleanup.policy', value: 'compact' }] : []),
    ...(recordBytesMax === undefined ? [] : [{ name: 'max.message.bytes', value: String(recordBytesMax) }]),
  ];
}
