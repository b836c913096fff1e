import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { CollectingConsumer } from '../../support/collecting-consumer.ts';
import { numbered, type RecordSourceTools, values } from './tools.ts';

/** Pausing, stopping, failing, following. */
export function controlOfSource(tools: RecordSourceTools): void {
  test('gives nothing of a paused partition until it is resumed, and the others go on', async () => {
    const topic = await tools.newTopic(2);
    const consumer = new CollectingConsumer();
    const source = tools.world().source([topic]);
    await tools.withSource(source, consumer, async () => {
      await consumer.until(() => consumer.assignments.length > 0);
      source.pause(topic, 0);
      await tools.world().append(topic, 0, numbered(3));
      await tools.world().append(topic, 1, numbered(3));
      await consumer.until(() => consumer.values(topic, 1).length === 3);
      await tools.world().append(topic, 1, numbered(1, 3));
      await consumer.until(() => consumer.values(topic, 1).length === 4);
      expect(consumer.values(topic, 0)).toEqual([]);
      source.resume(topic, 0);
      await consumer.until(() => consumer.values(topic, 0).length === 3);
    });
    expect(consumer.values(topic, 0)).toEqual(values(3));
  });

  test('gives no further batch of a partition paused while one is in progress', async () => {
    const topic = await tools.newTopic(1);
    await tools.world().append(topic, 0, numbered(30));
    const consumer = new CollectingConsumer();
    const source = tools.world().source([topic], { maxBatchRecords: 10 });
    consumer.work = async () => {
      if (consumer.batches.length === 0) source.pause(topic, 0);
    };
    await tools.withSource(source, consumer, async () => {
      await consumer.until(() => consumer.count() === 10);
      await sleep(300);
      expect(consumer.values(topic, 0)).toEqual(values(10));
      source.resume(topic, 0);
      await consumer.until(() => consumer.count() === 30);
    });
    expect(consumer.values(topic, 0)).toEqual(values(30));
  });

  test('stop waits for the batch in progress and begins no other', async () => {
    const topic = await tools.newTopic(1);
    await tools.world().append(topic, 0, numbered(30));
    const consumer = new CollectingConsumer();
    const source = tools.world().source([topic], { maxBatchRecords: 10 });
    const held = Promise.withResolvers<void>();
    consumer.work = () => held.promise;
    await source.run(consumer);
    await consumer.until(() => consumer.busy.size === 1);
    let stopped = false;
    const stopping = source.stop().then(() => {
      stopped = true;
    });
    await sleep(200);
    expect(stopped).toBe(false);
    held.resolve();
    await stopping;
    await source.stop();
    expect(consumer.values(topic, 0)).toEqual(values(10));
    expect(consumer.failures).toEqual([]);
  });

  test('ends, saying so once, when a batch cannot be processed', async () => {
    const topic = await tools.newTopic(2);
    await tools.world().append(topic, 0, numbered(20));
    await tools.world().append(topic, 1, numbered(20));
    const consumer = new CollectingConsumer();
    // A TypeError is what a Kafka client likes to take for its own.
    consumer.work = async () => {
      throw new TypeError('no room on the disk');
    };
    await tools.withSource(tools.world().source([topic], { maxBatchRecords: 5 }), consumer, async () => {
      await consumer.until(() => consumer.failures.length > 0);
      await sleep(300);
    });
    expect(consumer.failures).toHaveLength(1);
    expect(consumer.failures[0]!.message).toContain('no room on the disk');
    expect(consumer.count()).toBe(0);
  });

  test('follows topics that come into being, by pattern and by name', async () => {
    const prefix = `pattern.${process.pid}.${Math.random().toString(36).slice(2)}`;
    await tools.world().createTopic(`${prefix}.a`, 1);
    await tools.world().append(`${prefix}.a`, 0, numbered(1));
    const consumer = new CollectingConsumer();
    await tools.withSource(tools.world().source([`${prefix}.*`, `late-${prefix}`]), consumer, async () => {
      await consumer.until(() => consumer.count() === 1);
      await tools.world().createTopic(`${prefix}.b`, 1);
      await tools.world().append(`${prefix}.b`, 0, numbered(2));
      await tools.world().createTopic(`late-${prefix}`, 1);
      await tools.world().append(`late-${prefix}`, 0, numbered(3));
      await consumer.until(() => consumer.count() === 6 && consumer.assignments.at(-1)!.length === 3);
    });
    expect(consumer.values(`${prefix}.a`, 0)).toEqual(values(1));
    expect(consumer.values(`${prefix}.b`, 0)).toEqual(values(2));
    expect(consumer.values(`late-${prefix}`, 0)).toEqual(values(3));
    expect(consumer.assignments.at(-1)).toHaveLength(3);
  });
}
