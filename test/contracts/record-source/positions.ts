import { expect, test } from 'vitest';
import { partitionName } from '../../../src/shared/model/position.ts';
import { CollectingConsumer } from '../../support/collecting-consumer.ts';
import { numbered, type RecordSourceTools, values } from './tools.ts';

/** Where a source begins, and what it says when records are missing there. */
export function positionsOfSource(tools: RecordSourceTools): void {
  test('begins at the consumer’s own position, whatever was read before', async () => {
    const topic = await tools.newTopic(1);
    await tools.world().append(topic, 0, numbered(20));
    const first = new CollectingConsumer();
    await tools.withSource(tools.world().source([topic]), first, () =>
      first.until(() => first.count() === 20),
    );
    const second = new CollectingConsumer(new Map([[partitionName(topic, 0), 7]]));
    await tools.withSource(tools.world().source([topic]), second, () =>
      second.until(() => second.count() === 13),
    );
    expect(second.values(topic, 0)).toEqual(values(13, 7));
  });

  test('begins at the beginning when the consumer has no position, whatever was read before', async () => {
    const topic = await tools.newTopic(1);
    await tools.world().append(topic, 0, numbered(4));
    const first = new CollectingConsumer();
    await tools.withSource(tools.world().source([topic]), first, () =>
      first.until(() => first.count() === 4),
    );
    const second = new CollectingConsumer();
    await tools.withSource(tools.world().source([topic]), second, () =>
      second.until(() => second.count() === 4),
    );
    expect(second.values(topic, 0)).toEqual(values(4));
    expect(second.gaps).toEqual([]);
  });

  test('reads nothing twice and leaves nothing out over several restarts', async () => {
    const topic = await tools.newTopic(2);
    const positions = new Map<string, number>();
    const seen: string[] = [];
    for (let round = 0; round < 3; round++) {
      for (const partition of [0, 1]) await tools.world().append(topic, partition, numbered(10, round * 10));
      const consumer = new CollectingConsumer(positions);
      await tools.withSource(tools.world().source([topic], { maxBatchRecords: 3 }), consumer, () =>
        consumer.until(() => consumer.count() >= 12),
      );
      for (const { records } of consumer.batches)
        for (const { partition, offset } of records) seen.push(`${partition}/${offset}`);
      for (const [partition, offset] of consumer.positions) positions.set(partition, offset);
    }
    const last = new CollectingConsumer(positions);
    await tools.withSource(tools.world().source([topic]), last, () =>
      last.until(() => seen.length + last.count() >= 60),
    );
    for (const { records } of last.batches)
      for (const { partition, offset } of records) seen.push(`${partition}/${offset}`);
    expect(seen).toHaveLength(60);
    expect(new Set(seen).size).toBe(60);
  });

  test('begins after records that left before anybody read them, without calling that a gap', async () => {
    const topic = await tools.newTopic(1);
    await tools.world().append(topic, 0, numbered(10));
    await tools.world().retire(topic, 0, 4);
    const consumer = new CollectingConsumer();
    await tools.withSource(tools.world().source([topic]), consumer, () =>
      consumer.until(() => consumer.count() === 6),
    );
    expect(consumer.values(topic, 0)).toEqual(values(6, 4));
    expect(consumer.gaps).toEqual([]);
  });

  test('says so when records left that were not read, and goes on with those that are there', async () => {
    const topic = await tools.newTopic(1);
    await tools.world().append(topic, 0, numbered(10));
    await tools.world().retire(topic, 0, 6);
    const consumer = new CollectingConsumer(new Map([[partitionName(topic, 0), 2]]));
    await tools.withSource(tools.world().source([topic]), consumer, () =>
      consumer.until(() => consumer.count() === 4),
    );
    expect(consumer.gaps).toEqual([{ topic, partition: 0, expectedOffset: 2, foundOffset: 6 }]);
    expect(consumer.values(topic, 0)).toEqual(values(4, 6));
  });

  test('says so even when nothing is left of the partition', async () => {
    const topic = await tools.newTopic(1);
    await tools.world().append(topic, 0, numbered(5));
    await tools.world().retire(topic, 0, 5);
    const consumer = new CollectingConsumer(new Map([[partitionName(topic, 0), 2]]));
    await tools.withSource(tools.world().source([topic]), consumer, async () => {
      await consumer.until(() => consumer.gaps.length === 1);
      await tools.world().append(topic, 0, numbered(1, 5));
      await consumer.until(() => consumer.count() === 1);
    });
    expect(consumer.gaps).toEqual([{ topic, partition: 0, expectedOffset: 2, foundOffset: 5 }]);
    expect(consumer.values(topic, 0)).toEqual(['v5']);
  });

  test('reads again from the beginning, and says so, when the position is past the end of the log', async () => {
    const topic = await tools.newTopic(1);
    await tools.world().append(topic, 0, numbered(3));
    const consumer = new CollectingConsumer(new Map([[partitionName(topic, 0), 100]]));
    await tools.withSource(tools.world().source([topic]), consumer, () =>
      consumer.until(() => consumer.count() === 3),
    );
    expect(consumer.gaps).toEqual([{ topic, partition: 0, expectedOffset: 100, foundOffset: 0 }]);
    expect(consumer.values(topic, 0)).toEqual(values(3));
  });

  test('reads from where it is sent to', async () => {
    const topic = await tools.newTopic(1);
    await tools.world().append(topic, 0, numbered(5));
    const consumer = new CollectingConsumer();
    const source = tools.world().source([topic]);
    await tools.withSource(source, consumer, async () => {
      await consumer.until(() => consumer.count() === 5);
      source.seek(topic, 0, 3);
      await consumer.until(() => consumer.count() === 7);
    });
    expect(consumer.values(topic, 0)).toEqual([...values(5), ...values(2, 3)]);
  });

  test('obeys a seek that comes while a batch is in progress', async () => {
    const topic = await tools.newTopic(1);
    await tools.world().append(topic, 0, numbered(30));
    const consumer = new CollectingConsumer();
    const source = tools.world().source([topic], { maxBatchRecords: 10 });
    consumer.work = async (batch) => {
      if (consumer.batches.length === 0) source.seek(batch.topic, batch.partition, 25);
    };
    await tools.withSource(source, consumer, () => consumer.until(() => consumer.count() === 15));
    expect(consumer.values(topic, 0)).toEqual([...values(10), ...values(5, 25)]);
  });
}
