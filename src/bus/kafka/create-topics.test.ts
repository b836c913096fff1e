import { expect, test } from 'vitest';
import { ManualClock } from '../../../test/fakes/manual-clock.ts';
import { createMissingTopics } from './create-topics.ts';

// A real broker takes its new partitions up within milliseconds of naming them: too short to be met at will.

const notYet = () =>
  Object.assign(new Error('This server does not host this topic-partition'), {
    type: 'UNKNOWN_TOPIC_OR_PARTITION',
    retriable: true,
  });

const specs = ['a', 'b'].map((topic) => ({ topic, partitions: 1, compacted: false }));

/** A cluster that knows no topic, and answers for each new one only when it was asked so often. */
const clusterThatTakes = (times: number) => {
  const asked: string[] = [];
  return {
    asked,
    listTopics: async () => [],
    createTopics: async () => true,
    fetchTopicOffsets: async (topic: string) => {
      asked.push(topic);
      if (asked.filter((one) => one === topic).length < times) throw notYet();
      return [];
    },
  };
};

test('topics that were created are waited for until the brokers serve them', async () => {
  const cluster = clusterThatTakes(3);
  const clock = new ManualClock();
  const created = createMissingTopics(cluster, specs, clock);
  await clock.pass(1_000);
  await created;
  expect(cluster.asked).toEqual(['a', 'a', 'a', 'b', 'b', 'b']);
});

test('those that are never served are waited for no longer than the limit, and told as what may pass', async () => {
  const clock = new ManualClock();
  const startedMs = clock.nowMs();
  const created = createMissingTopics(clusterThatTakes(Number.POSITIVE_INFINITY), specs, clock).catch(
    (error: unknown) => [error, clock.nowMs() - startedMs],
  );
  await clock.pass(60_000);
  expect(await created).toMatchObject([{ type: 'UNKNOWN_TOPIC_OR_PARTITION' }, 15_000]);
});
