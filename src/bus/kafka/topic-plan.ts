import type { Kafka } from 'kafkajs';
import { isTopicPattern, matchesTopic } from '../topic-pattern.ts';
import { withAdmin } from './create-kafka.ts';

/** What there is to read at present: the topics that exist, and their partitions in all. */
export interface TopicPlan {
  readonly topics: readonly string[];
  readonly partitions: number;
  /** Topics configured by name that do not exist. */
  readonly missing: readonly string[];
}

/** Asks the cluster which of the configured topics and patterns exist. Rejects when it does not say. */
export async function planTopics(kafka: Kafka, configured: readonly string[]): Promise<TopicPlan> {
  return withAdmin(kafka, async (admin) => {
    const existing = await admin.listTopics();
    const topics = existing
      .filter((topic) => configured.some((one) => matchesTopic(one, topic)))
      .sort((a, b) => (a < b ? -1 : 1));
    const missing = configured.filter((one) => !isTopicPattern(one) && !existing.includes(one));
    if (topics.length === 0) return { topics, partitions: 0, missing };
    const metadata = await admin.fetchTopicMetadata({ topics });
    const partitions = metadata.topics.reduce((sum, topic) => sum + topic.partitions.length, 0);
    return { topics, partitions, missing };
  });
}

/** Whether a consumer made for `old` has to make way for one made for `now`. A topic that went away is no reason. */
export const outgrows = (now: TopicPlan, old: TopicPlan): boolean =>
  now.topics.some((topic) => !old.topics.includes(topic)) || now.partitions > old.partitions;
