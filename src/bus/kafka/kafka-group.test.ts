import { randomUUID } from 'node:crypto';
import { Kafka, logLevel } from 'kafkajs';
import { beforeAll, expect, test } from 'vitest';
import { CollectingConsumer } from '../../../test/support/collecting-consumer.ts';
import { patientRetry } from '../../../test/support/kafka/patient-retry.ts';
import { describeWithKafka, suiteKafka } from '../../../test/support/kafka/suite-kafka.ts';
import { RecordingLog } from '../../../test/support/recording-log.ts';
import { eventually } from '../../../test/support/tocsin-process.ts';
import { SystemClock } from '../../runtime/system-clock.ts';
import { partitionName } from '../../shared/model/position.ts';
import { KafkaRecordSink } from './kafka-record-sink.ts';
import { KafkaRecordSource } from './kafka-record-source.ts';

const clock = new SystemClock();

describeWithKafka('a group', () => {
  let brokers: string[];
  beforeAll(async () => {
    brokers = [...(await suiteKafka())];
  });

  const newTopic = async (partitions: number): Promise<string> => {
    const topic = `group.${randomUUID()}`;
    const sink = sinkOf();
    await sink.ensureTopics([{ topic, partitions, compacted: false }]);
    await sink.close();
    return topic;
  };
  const sinkOf = () =>
    new KafkaRecordSink({
      config: { brokers, clientId: 't', groupId: 'none' },
      clock,
      log: new RecordingLog(),
    });
  const sourceOf = (
    topic: string,
    {
      log = new RecordingLog(),
      ...options
    }: { instanceId?: string; sessionTimeoutMs?: number; log?: RecordingLog } = {},
  ) => {
    const config = {
      brokers,
      clientId: 't',
      groupId: topic,
      maxBatchRecords: 5,
      commitEveryMs: 100,
      ...options,
    };
    return new KafkaRecordSource({ config, topics: [topic], clock, log });
  };
  const publish = async (sink: KafkaRecordSink, topic: string, range: readonly [number, number]) => {
    for (let i = range[0]; i < range[1]; i += 20) {
      const records = Array.from({ length: 20 }, (_, j) => ({
        topic,
        key: Buffer.from(`key-${(i + j) % 50}`),
        value: Buffer.from(String(i + j)),
        headers: [],
        timestampMs: 0,
      }));
      expect(await sink.publish(records)).toEqual({ kind: 'delivered' });
    }
  };

  test('shares its partitions when a member comes and goes, and every record is read', async () => {
    const topic = await newTopic(4);
    const sink = sinkOf();
    // One map, as one store would be: where one member stopped the other goes on.
    const first = new CollectingConsumer();
    const second = new CollectingConsumer();
    Object.assign(second, { positions: first.positions });
    const log = new RecordingLog();
    const [sourceA, sourceB] = [sourceOf(topic), sourceOf(topic, { log })];
    await sourceA.run(first);
    await publish(sink, topic, [0, 400]);
    const joining = sourceB.run(second);
    await publish(sink, topic, [400, 800]);
    await joining;
    await second.until(() => second.assignments.at(-1)?.length === 2);
    await first.until(() => first.assignments.at(-1)?.length === 2);
    await publish(sink, topic, [800, 1_200]);
    await second.until(() => second.count() > 0);
    await sourceA.stop();
    await publish(sink, topic, [1_200, 1_600]);
    const positions = () => [...first.positions.values()].reduce((sum, offset) => sum + offset, 0);
    await second.until(() => positions() === 1_600);
    await sourceB.stop();
    await sink.close();

    const records = [...first.batches, ...second.batches].flatMap((batch) => batch.records);
    const names = records.map(({ partition, offset }) => `${partition}/${offset}`);
    expect(new Set(names).size).toBe(1_600);
    expect(names).toHaveLength(1_600);
    // Windows need all partitions: a member that has not all says so.
    expect(log.lines).toContainEqual(
      expect.objectContaining({ level: 'warn', fields: expect.objectContaining({ own: 2, all: 4 }) }),
    );
    expect([...first.failures, ...second.failures]).toEqual([]);
    expect([...first.gaps, ...second.gaps]).toEqual([]);
  });

  test('is left also by a member that is told to stop while it joins', async () => {
    const topic = await newTopic(1);
    const sink = sinkOf();
    await publish(sink, topic, [0, 20]);
    await sink.close();
    // The group waits for the first member, and that one for its batch.
    const first = new CollectingConsumer();
    const batch = Promise.withResolvers<void>();
    first.work = () => batch.promise;
    const sourceA = sourceOf(topic);
    await sourceA.run(first);
    await first.until(() => first.busy.size > 0);
    // What does not leave the group by itself stays in it for as long.
    const sourceB = sourceOf(topic, { sessionTimeoutMs: 1_200_000 });
    const running = sourceB.run(new CollectingConsumer());
    const admin = new Kafka({ brokers, logLevel: logLevel.NOTHING, retry: patientRetry }).admin();
    await admin.connect();
    const group = async () => (await admin.describeGroups([topic])).groups[0];
    await eventually(async () => (await group())?.state === 'PreparingRebalance');
    const stopped = sourceB.stop();
    batch.resolve();
    await Promise.all([stopped, running]);
    await eventually(async () => {
      const { state, members = [] } = (await group()) ?? {};
      return state === 'Stable' && members.length === 1;
    });
    await sourceA.stop();
    expect((await group())?.members).toEqual([]);
    await admin.disconnect();
  });

  test('is told how far its member came, for those who watch the lag', async () => {
    const topic = await newTopic(2);
    const sink = sinkOf();
    const source = sourceOf(topic);
    const consumer = new CollectingConsumer();
    await source.run(consumer);
    await publish(sink, topic, [0, 100]);
    await consumer.until(() => consumer.count() === 100);
    await source.stop();
    await sink.close();
    const admin = new Kafka({ brokers, logLevel: logLevel.NOTHING, retry: patientRetry }).admin();
    await admin.connect();
    const isCommitted = async (): Promise<boolean> => {
      const [committed] = await admin.fetchOffsets({ groupId: topic, topics: [topic] });
      const isOurs = ({ partition, offset }: { partition: number; offset: string }): boolean =>
        Number(offset) === consumer.positions.get(partitionName(topic, partition));
      return committed?.partitions.length === 2 && committed.partitions.every(isOurs);
    };
    // A broker that was slow to answer may do what it was told only when the member has gone.
    await eventually(isCommitted);
    await admin.disconnect();
  });

  test('lets a member with the instance id of a lost one read before the group has given that up', async () => {
    const topic = await newTopic(1);
    // Longer than a test may take; no broker allows more.
    const lost = sourceOf(topic, { instanceId: 'host-1', sessionTimeoutMs: 1_800_000 });
    const consumer = new CollectingConsumer();
    // A batch that never ends: the member neither leaves nor answers a rebalance, like a process that was killed.
    const held = Promise.withResolvers<void>();
    consumer.work = () => held.promise;
    await lost.run(consumer);
    const sink = sinkOf();
    await publish(sink, topic, [0, 20]);
    await consumer.until(() => consumer.busy.size === 1);
    const next = sourceOf(topic, { instanceId: 'host-1' });
    const successor = new CollectingConsumer();
    await next.run(successor);
    await successor.until(() => successor.count() === 20);
    await next.stop();
    held.resolve();
    await lost.stop();
    await sink.close();
  });
});
