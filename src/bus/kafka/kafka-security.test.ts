import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CollectingConsumer } from '../../../test/support/collecting-consumer.ts';
import { type KafkaBroker, startKafka } from '../../../test/support/kafka/start-kafka.ts';
import { describeWithKafka } from '../../../test/support/kafka/suite-kafka.ts';
import { RecordingLog } from '../../../test/support/recording-log.ts';
import { eventually } from '../../../test/support/tocsin-process.ts';
import { SystemClock } from '../../runtime/system-clock.ts';
import type { KafkaSasl } from './kafka-bus-config.ts';
import { KafkaRecordSink } from './kafka-record-sink.ts';
import { KafkaRecordSource } from './kafka-record-source.ts';

const clock = new SystemClock();
const user = { username: 'tocsin', password: 's3cret-of-tocsin' };

describeWithKafka('a broker with TLS and passwords', () => {
  let broker: KafkaBroker;
  beforeAll(async () => {
    broker = await startKafka({ user });
  });
  afterAll(async () => {
    await broker?.remove();
  });

  const configWith = (sasl: KafkaSasl, ca = broker.secure.ca) => ({
    brokers: broker.secure.brokers,
    clientId: 'tocsin-test',
    groupId: `security-${sasl.mechanism}`,
    ssl: { ca },
    sasl,
  });

  describe.each<KafkaSasl>([
    { mechanism: 'scram-sha-512', ...user },
    { mechanism: 'plain', username: 'plainuser', password: 'plain-secret' },
  ])('and $mechanism', (sasl) => {
    test('takes and gives records', async () => {
      const log = new RecordingLog();
      const topic = `secure-${sasl.mechanism}`;
      const sink = new KafkaRecordSink({ config: configWith(sasl), clock, log });
      await sink.ensureTopics([{ topic, partitions: 1, compacted: false }]);
      const record = { topic, key: null, value: Buffer.from('hello'), headers: [], timestampMs: 0 };
      expect(await sink.publish([record])).toEqual({ kind: 'delivered' });
      await sink.close();
      const source = new KafkaRecordSource({ config: configWith(sasl), topics: [topic], clock, log });
      const consumer = new CollectingConsumer();
      await source.run(consumer);
      await consumer.until(() => consumer.count() === 1);
      await source.stop();
      expect(consumer.values(topic, 0)).toEqual(['hello']);
    });

    test('refuses a wrong password: the source ends, the sink keeps the records, and no line holds the password', async () => {
      const log = new RecordingLog();
      const wrong = { ...sasl, password: 'wr0ng-password' };
      const topic = `secure-${sasl.mechanism}`;
      const source = new KafkaRecordSource({ config: configWith(wrong), topics: [topic], clock, log });
      const consumer = new CollectingConsumer();
      await expect(source.run(consumer)).rejects.toMatchObject({ name: 'WorldError', code: 'broker' });
      await source.stop();
      const sink = new KafkaRecordSink({ config: configWith(wrong), clock, log });
      const record = { topic, key: null, value: Buffer.from('hello'), headers: [], timestampMs: 0 };
      const isRefused = async (): Promise<boolean> => {
        const delivery = await sink.publish([record]);
        expect(delivery.kind).toBe('retry');
        return delivery.kind === 'retry' && delivery.reason === 'auth';
      };
      // A connection that took too long comes first on a busy machine.
      await eventually(isRefused);
      await sink.close();
      expect(consumer.failures).toEqual([]);
      expect(JSON.stringify(log.lines)).not.toContain('wr0ng-password');
    });
  });

  test('is not spoken to when its certificate is not trusted: the source waits and says why', async () => {
    const log = new RecordingLog();
    const { ca: _, ...untrusting } = configWith({ mechanism: 'scram-sha-512', ...user }).ssl;
    const config = { ...configWith({ mechanism: 'scram-sha-512', ...user }), ssl: untrusting };
    const source = new KafkaRecordSource({ config, topics: ['any'], clock, log });
    const consumer = new CollectingConsumer();
    const running = source.run(consumer);
    // On a busy machine it may wait for a connection first; the reason is said again with the next line.
    const isSaid = ({ level, fields }: RecordingLog['lines'][number]): boolean =>
      level === 'warn' && String(fields['reason']).includes('certificate');
    await eventually(() => log.lines.some(isSaid));
    await source.stop();
    await running;
    expect(consumer.failures).toEqual([]);
  });
});
