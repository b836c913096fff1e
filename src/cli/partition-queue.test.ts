import { describe, expect, test } from 'vitest';
import { PartitionQueue } from './partition-queue.ts';

describe('a queue of one', () => {
  test('whoever puts waits until it was taken', async () => {
    const queue = new PartitionQueue<number>();
    let isTaken = false;
    const put = queue.put(1).then(() => {
      isTaken = true;
    });
    await Promise.resolve();
    expect(isTaken).toBe(false);
    expect(await queue.take()).toBe(1);
    await put;
    expect(isTaken).toBe(true);
  });

  test('whoever takes first waits for what is put', async () => {
    const queue = new PartitionQueue<number>();
    const taken = queue.take();
    await queue.put(2);
    expect(await taken).toBe(2);
  });

  test('after the end nobody waits any more, and nothing is given', async () => {
    const queue = new PartitionQueue<number>();
    const put = queue.put(3);
    queue.end();
    await put;
    await queue.put(4);
    expect(await queue.take()).toBeUndefined();
  });

  test('the end sets free whoever waits for an item', async () => {
    const queue = new PartitionQueue<number>();
    const taken = queue.take();
    queue.end();
    expect(await taken).toBeUndefined();
  });
});
