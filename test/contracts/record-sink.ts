import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LogRecord, OutgoingRecord } from '../../src/shared/model/log-record.ts';
import type { RecordSink } from '../../src/shared/ports/record-sink.ts';

/** What the suite needs of an implementation and of the log behind it. */
export interface RecordSinkWorld {
  sink(): RecordSink;
  /** The first records of a topic, by partition and offset; waits until there are that many. */
  read(topic: string, count: number): Promise<readonly LogRecord[]>;
  /** How many partitions the topic has; 0 when it does not exist. */
  partitions(topic: string): Promise<number>;
  /** Content of a record that is larger than the log takes. */
  readonly tooLargeBytes: number;
  close(): Promise<void>;
}

const bytes = (text: string): Uint8Array => Buffer.from(text);
const text = (value: Uint8Array | null): string | null => value && Buffer.from(value).toString();

/** Every promise of the port RecordSink, against a real log. */
export function recordSinkContract(name: string, open: () => Promise<RecordSinkWorld>): void {
  describe(`the record sink of ${name}`, () => {
    let world: RecordSinkWorld;
    let sink: RecordSink;
    beforeAll(async () => {
      world = await open();
      sink = world.sink();
    });
    afterAll(async () => {
      await sink?.close();
      await world?.close();
    });

    const newTopic = async (partitions: number, compacted = false): Promise<string> => {
      const topic = `sink.${randomUUID()}`;
      await sink.ensureTopics([{ topic, partitions, compacted }]);
      return topic;
    };
    const record = (topic: string, changes: Partial<OutgoingRecord>): OutgoingRecord => ({
      topic,
      key: null,
      value: bytes('value'),
      headers: [],
      timestampMs: 1_700_000_000_000,
      ...changes,
    });

    test('creates topics that are missing and leaves those that exist as they are', async () => {
      const topic = await newTopic(3);
      expect(await world.partitions(topic)).toBe(3);
      const other = `sink.${randomUUID()}`;
      await sink.ensureTopics([
        { topic, partitions: 5, compacted: true },
        { topic: other, partitions: 2, compacted: true },
      ]);
      expect(await world.partitions(topic)).toBe(3);
      expect(await world.partitions(other)).toBe(2);
    });

    test('delivers a record whole: key, value, headers in order, time', async () => {
      const topic = await newTopic(1);
      const headers = [
        ['ce_id', bytes('1')],
        ['content-type', bytes('application/json')],
        ['empty', bytes('')],
      ] as const;
      const sent = record(topic, { key: bytes('k'), headers, timestampMs: 1_712_345_678_901 });
      expect(await sink.publish([sent])).toEqual({ kind: 'delivered' });
      const [read] = await world.read(topic, 1);
      expect(read).toMatchObject({ topic, partition: 0, offset: 0, timestampMs: 1_712_345_678_901 });
      expect([text(read!.key), text(read!.value)]).toEqual(['k', 'value']);
      expect(read!.headers.map(([header, value]) => [header, text(value)])).toEqual([
        ['ce_id', '1'],
        ['content-type', 'application/json'],
        ['empty', ''],
      ]);
    });

    test('keeps a header that repeats', async () => {
      const topic = await newTopic(1);
      const headers = [
        ['a', bytes('1')],
        ['a', bytes('2')],
      ] as const;
      await sink.publish([record(topic, { headers })]);
      const [read] = await world.read(topic, 1);
      expect(read!.headers.map(([header, value]) => [header, text(value)])).toEqual([
        ['a', '1'],
        ['a', '2'],
      ]);
    });

    test('keeps tombstones and empty values apart', async () => {
      const topic = await newTopic(1);
      await sink.publish([
        record(topic, { key: bytes('k'), value: null }),
        record(topic, { key: bytes('k'), value: bytes('') }),
      ]);
      const read = await world.read(topic, 2);
      expect(read.map(({ value }) => value?.length)).toEqual([undefined, 0]);
    });

    test('keeps the records of one key in one partition and in order, over several publishes', async () => {
      const topic = await newTopic(4);
      for (let round = 0; round < 5; round++) {
        const records = Array.from({ length: 40 }, (_, i) =>
          record(topic, { key: bytes(`key-${i % 8}`), value: bytes(String(round * 40 + i)) }),
        );
        expect(await sink.publish(records)).toEqual({ kind: 'delivered' });
      }
      const read = await world.read(topic, 200);
      for (let key = 0; key < 8; key++) {
        const ofKey = read.filter((one) => text(one.key) === `key-${key}`);
        expect(new Set(ofKey.map(({ partition }) => partition)).size).toBe(1);
        const numbers = ofKey.map(({ value }) => Number(text(value)));
        expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
        expect(numbers).toHaveLength(25);
      }
      expect(new Set(read.map(({ partition }) => partition)).size).toBeGreaterThan(1);
    });

    test('puts a key where Kafka’s Java client puts it', async () => {
      const topic = await newTopic(5);
      await sink.publish([record(topic, { key: bytes('foobar') }), record(topic, { key: bytes('abc') })]);
      const read = await world.read(topic, 2);
      const partitionOf = Object.fromEntries(read.map(({ key, partition }) => [text(key), partition]));
      // (murmur2 & 0x7fffffff) % 5 of the hashes that Kafka's UtilsTest lists for these keys.
      expect(partitionOf).toEqual({
        foobar: (-790332482 & 0x7fffffff) % 5,
        abc: (479470107 & 0x7fffffff) % 5,
      });
    });

    test('spreads records without a key over all partitions', async () => {
      const topic = await newTopic(3);
      for (let i = 0; i < 30; i++) await sink.publish([record(topic, { value: bytes(String(i)) })]);
      const read = await world.read(topic, 30);
      expect(new Set(read.map(({ partition }) => partition)).size).toBe(3);
    });

    test('delivers records of several topics with one publish', async () => {
      const [first, second] = [await newTopic(1), await newTopic(1)];
      const sent = [record(first, {}), record(second, {}), record(first, { value: bytes('last') })];
      expect(await sink.publish(sent)).toEqual({ kind: 'delivered' });
      expect((await world.read(first, 2)).map(({ value }) => text(value))).toEqual(['value', 'last']);
      expect(await world.read(second, 1)).toHaveLength(1);
    });

    test('delivers nothing, well, when there is nothing', async () => {
      expect(await sink.publish([])).toEqual({ kind: 'delivered' });
    });

    test('delivers more in one publish than fits one request', async () => {
      const topic = await newTopic(1);
      const records = Array.from({ length: 60 }, (_, i) =>
        record(topic, { key: bytes('k'), value: Buffer.alloc(50_000, i) }),
      );
      expect(await sink.publish(records)).toEqual({ kind: 'delivered' });
      const read = await world.read(topic, 60);
      expect(read.map(({ value }) => value![0])).toEqual(records.map((_, i) => i));
    });

    test('rejects a record that is too large, and takes the next', async () => {
      const topic = await newTopic(1);
      const delivery = await sink.publish([record(topic, { value: Buffer.alloc(world.tooLargeBytes) })]);
      expect(delivery).toMatchObject({ kind: 'rejected', reason: 'too-large' });
      expect(await sink.publish([record(topic, {})])).toEqual({ kind: 'delivered' });
      expect(await world.read(topic, 1)).toHaveLength(1);
    });

    test('rejects a record for a topic that does not exist, and takes the next', async () => {
      const topic = await newTopic(1);
      const delivery = await sink.publish([record(`nothing.${randomUUID()}`, {})]);
      expect(delivery).toMatchObject({ kind: 'rejected', reason: 'client' });
      expect(await sink.publish([record(topic, {})])).toEqual({ kind: 'delivered' });
    });

    test('rejects a record without a key for a compacted topic', async () => {
      const topic = await newTopic(1, true);
      expect(await sink.publish([record(topic, {})])).toMatchObject({ kind: 'rejected', reason: 'client' });
      expect(await sink.publish([record(topic, { key: bytes('k') })])).toEqual({ kind: 'delivered' });
    });

    test('calls two publishes at a time a bug', async () => {
      const topic = await newTopic(1);
      const first = sink.publish([record(topic, {})]);
      const second = sink.publish([record(topic, {})]);
      await expect(second).rejects.toThrow('invariant');
      await expect(first).resolves.toEqual({ kind: 'delivered' });
    });
  });
}
