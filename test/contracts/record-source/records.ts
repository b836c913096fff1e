import { expect, test } from 'vitest';
import { CollectingConsumer } from '../../support/collecting-consumer.ts';
import { bytes, numbered, type RecordSourceTools, values } from './tools.ts';

/** What a source gives: records, batches, partitions. */
export function recordsOfSource(tools: RecordSourceTools): void {
  test('gives the records of a partition in order, with their offsets, keys, headers and times', async () => {
    const topic = await tools.newTopic(1);
    const headers = [
      ['trace', bytes('t-1')],
      ['empty', bytes('')],
    ] as const;
    await tools.world().append(topic, 0, [
      { key: bytes('k'), value: bytes('a'), headers, timestampMs: 1_700_000_000_123 },
      { key: null, value: bytes('b') },
    ]);
    const consumer = new CollectingConsumer();
    await tools.withSource(tools.world().source([topic]), consumer, () =>
      consumer.until(() => consumer.count() === 2),
    );
    const [first, second] = consumer.records(topic, 0);
    expect(first).toMatchObject({ topic, partition: 0, offset: 0, timestampMs: 1_700_000_000_123 });
    expect(Buffer.from(first!.key!).toString()).toBe('k');
    expect(first!.headers.map(([header, value]) => [header, Buffer.from(value).toString()])).toEqual([
      ['trace', 't-1'],
      ['empty', ''],
    ]);
    expect(second).toMatchObject({ offset: 1, key: null, headers: [] });
    expect(consumer.batches.at(-1)).toMatchObject({ nextOffset: 2, endOffset: 2 });
    expect(consumer.failures).toEqual([]);
  });

  test('keeps empty values, empty keys and tombstones apart', async () => {
    const topic = await tools.newTopic(1);
    await tools.world().append(topic, 0, [
      { key: bytes('k'), value: null },
      { key: bytes('k'), value: bytes('') },
      { key: bytes(''), value: bytes('x') },
    ]);
    const consumer = new CollectingConsumer();
    await tools.withSource(tools.world().source([topic]), consumer, () =>
      consumer.until(() => consumer.count() === 3),
    );
    const lengths = consumer.records(topic, 0).map(({ key, value }) => [key?.length, value?.length]);
    expect(lengths).toEqual([
      [1, undefined],
      [1, 0],
      [0, 1],
    ]);
  });

  test('passes bytes through as they are', async () => {
    const topic = await tools.newTopic(1);
    const every = Uint8Array.from({ length: 256 }, (_, i) => i);
    await tools.world().append(topic, 0, [{ key: every, value: every }]);
    const consumer = new CollectingConsumer();
    await tools.withSource(tools.world().source([topic]), consumer, () =>
      consumer.until(() => consumer.count() === 1),
    );
    const [record] = consumer.records(topic, 0);
    expect([...record!.key!]).toEqual([...every]);
    expect([...record!.value!]).toEqual([...every]);
  });

  test('cuts what it read into batches of the size asked for, without hole or overlap', async () => {
    const topic = await tools.newTopic(1);
    await tools.world().append(topic, 0, numbered(25));
    const consumer = new CollectingConsumer();
    await tools.withSource(tools.world().source([topic], { maxBatchRecords: 10 }), consumer, () =>
      consumer.until(() => consumer.count() === 25),
    );
    expect(consumer.values(topic, 0)).toEqual(values(25));
    expect(Math.max(...consumer.batches.map(({ records }) => records.length))).toBe(10);
    let next = 0;
    for (const batch of consumer.batches) {
      expect(batch.records[0]!.offset).toBe(next);
      next = batch.nextOffset;
    }
    expect(next).toBe(25);
  });

  test('reads what is appended later, and says how far the log goes', async () => {
    const topic = await tools.newTopic(1);
    const consumer = new CollectingConsumer();
    await tools.withSource(tools.world().source([topic]), consumer, async () => {
      await tools.world().append(topic, 0, numbered(1));
      await consumer.until(() => consumer.count() === 1);
      await tools.world().append(topic, 0, numbered(2, 1));
      await consumer.until(() => consumer.count() === 3);
    });
    expect(consumer.values(topic, 0)).toEqual(values(3));
    expect(consumer.batches.at(-1)!.endOffset).toBe(3);
  });

  test('reads every partition, each in its own order, several at the same time', async () => {
    const topic = await tools.newTopic(4);
    for (let partition = 0; partition < 4; partition++)
      await tools.world().append(topic, partition, numbered(30));
    const consumer = new CollectingConsumer();
    // All four have to be in hand at once before any of them may end: batches of different partitions do overlap.
    consumer.work = () => consumer.until(() => consumer.busyMax === 4);
    await tools.withSource(tools.world().source([topic], { maxBatchRecords: 10 }), consumer, () =>
      consumer.until(() => consumer.count() === 120),
    );
    for (let partition = 0; partition < 4; partition++) {
      expect(consumer.values(topic, partition)).toEqual(values(30));
    }
    expect(consumer.failures).toEqual([]);
  });

  test('tells the partitions it reads, with what the log holds of them', async () => {
    const topic = await tools.newTopic(3);
    await tools.world().append(topic, 1, numbered(5));
    await tools.world().retire(topic, 1, 2);
    const consumer = new CollectingConsumer();
    await tools.withSource(tools.world().source([topic]), consumer, () =>
      consumer.until(() => consumer.assignments.length > 0),
    );
    const assigned = [...consumer.assignments[0]!].sort((a, b) => a.partition - b.partition);
    expect(assigned).toEqual([
      { topic, partition: 0, earliestOffset: 0, endOffset: 0 },
      { topic, partition: 1, earliestOffset: 2, endOffset: 5 },
      { topic, partition: 2, earliestOffset: 0, endOffset: 0 },
    ]);
  });
}
