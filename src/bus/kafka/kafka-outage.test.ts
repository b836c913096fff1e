import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CollectingConsumer } from '../../../test/support/collecting-consumer.ts';
import { type KafkaBroker, startKafka } from '../../../test/support/kafka/start-kafka.ts';
import { startTopic } from '../../../test/support/kafka/start-topic.ts';
import { describeWithKafka } from '../../../test/support/kafka/suite-kafka.ts';
import { RecordingLog } from '../../../test/support/recording-log.ts';
import { SystemClock } from '../../runtime/system-clock.ts';
import { KafkaRecordSink } from './kafka-record-sink.ts';
import { KafkaRecordSource } from './kafka-record-source.ts';

const clock = new SystemClock();
const total = 400;

interface Progress {
  /** So many were sent; the next are after this. */
  sent(count: number): Promise<void>;
  /** The broker did not take some: they are sent again. */
  refused(): void;
}

/** That something is still waited for is said again every half minute, and how long it takes is the machine's business. */
const isReminder = ({ fields }: RecordingLog['lines'][number]): boolean =>
  Number(fields['waitedMs']) >= 30_000;

/** What was said of one direction, in order: an outage or its end, each once, however often the machine stands still. */
const saidOf = (log: RecordingLog, direction: string): string[] =>
  log.lines
    .filter((line) => line.level !== 'debug' && line.message.startsWith(direction) && !isReminder(line))
    .map(({ message }) => (message.endsWith('works again') ? 'back' : 'away'));

/** What is waited for happens as soon as the log says so, however slow the machine is. */
async function saysOf(log: RecordingLog, text: string): Promise<void> {
  while (!log.lines.some(({ message }) => message.includes(text))) await sleep(20);
}

describeWithKafka('while the broker is away', () => {
  let broker: KafkaBroker;
  beforeAll(async () => {
    broker = await startKafka();
  });
  afterAll(async () => {
    await broker?.remove();
  });

  const configOf = (groupId: string) => ({
    brokers: broker.brokers,
    clientId: 'tocsin-test',
    groupId,
    topicPollMs: 1_000,
    maxBatchRecords: 7,
  });

  /** Publishes numbered records in small portions, each until it is delivered, as an outbox does. */
  async function publishAll(topic: string, log: RecordingLog, on: Progress) {
    const sink = new KafkaRecordSink({ config: configOf('none'), clock, log });
    let retries = 0;
    for (let from = 0; from < total; from += 10) {
      await on.sent(from);
      const records = Array.from({ length: 10 }, (_, i) => ({
        topic,
        key: Buffer.from(`key-${(from + i) % 9}`),
        value: Buffer.from(String(from + i)),
        headers: [],
        timestampMs: from + i,
      }));
      while ((await sink.publish(records)).kind !== 'delivered') {
        retries += 1;
        on.refused();
      }
      await sleep(5);
    }
    await sink.close();
    return retries;
  }

  test.each(['stop', 'kill'] as const)(
    'after a %s every record is read, each position exactly once, and the log says what it waits for',
    async (how) => {
      const topic = `outage.${how}`;
      await startTopic(broker.brokers, topic, { partitions: 3 });
      const log = new RecordingLog();
      const at = broker.brokers.join(', ');
      const source = new KafkaRecordSource({ config: configOf(how), topics: [topic], clock, log });
      const consumer = new CollectingConsumer();
      await source.run(consumer);
      const refused = Promise.withResolvers<void>();
      let restarted: Promise<void> | undefined;
      const restart = async (): Promise<void> => {
        await refused.promise;
        for (const way of ['reading from', 'writing to'])
          await saysOf(log, `${way} Kafka at ${at} does not work`);
        await broker.start();
      };
      const retries = await publishAll(topic, log, {
        refused: refused.resolve,
        sent: async (sent) => {
          if (sent !== total / 2) return;
          await consumer.until(() => consumer.count() > 50);
          await broker[how]();
          restarted = restart();
        },
      });
      await restarted;
      const seen = () => new Set([0, 1, 2].flatMap((partition) => consumer.values(topic, partition)));
      await consumer.until(() => seen().size === total);
      await source.stop();

      expect(retries).toBeGreaterThan(0);
      expect(consumer.failures).toEqual([]);
      expect(consumer.gaps).toEqual([]);
      for (const partition of [0, 1, 2]) {
        const offsets = consumer.records(topic, partition).map(({ offset }) => offset);
        expect(offsets).toEqual(offsets.map((_, i) => i));
      }
      const said = log.lines.filter(({ level }) => level !== 'debug').map(({ message }) => message);
      expect(said).toContain(
        `reading from Kafka at ${at} does not work now; waiting for it, nothing is lost`,
      );
      expect(said).toContain(`reading from Kafka at ${at} works again`);
      expect(said).toContain(`writing to Kafka at ${at} works again`);
      for (const direction of ['reading', 'writing']) {
        const turns = saidOf(log, direction);
        expect(turns).toEqual(turns.map((_, nth) => (nth % 2 === 0 ? 'away' : 'back')));
      }
      expect(
        said.filter((message) => !/^(?:reading from|writing to) Kafka/.test(message)).length,
      ).toBeLessThan(5);
    },
  );

  test('a source that is run before the broker is there waits for it', async () => {
    await startTopic(broker.brokers, 'early', { partitions: 1 });
    await broker.stop();
    const log = new RecordingLog();
    const source = new KafkaRecordSource({ config: configOf('early'), topics: ['early'], clock, log });
    const consumer = new CollectingConsumer();
    const running = source.run(consumer);
    await saysOf(log, 'does not work now');
    // It tries again and again meanwhile, and has nothing more to say of it.
    await sleep(2_000);
    expect(log.lines.filter((line) => line.level === 'warn' && !isReminder(line))).toHaveLength(1);
    await broker.start();
    await running;
    await consumer.until(() => consumer.assignments.length > 0);
    await source.stop();
    expect(consumer.failures).toEqual([]);
  });

  test('a source can be stopped', async () => {
    const log = new RecordingLog();
    const source = new KafkaRecordSource({ config: configOf('stopped'), topics: ['early'], clock, log });
    const consumer = new CollectingConsumer();
    await source.run(consumer);
    await broker.stop();
    await saysOf(log, 'does not work now');
    await source.stop();
    await broker.start();
    expect(consumer.failures).toEqual([]);
  });
});
