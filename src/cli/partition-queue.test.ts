import { describe, expect, test } from 'vitest';
import { PartitionQueue } from './partition-queue.ts';

/** A queue of texts that weigh their lengths, full at eight; and what it said. */
function queueOfTexts() {
  const said: string[] = [];
  const queue = new PartitionQueue<string>({
    sizeOf: (text) => text.length,
    sizeMax: 8,
    onFull: () => said.push('full'),
    onDrained: () => said.push('drained'),
  });
  return { queue, said };
}

describe('a queue of a partition', () => {
  test('gives what was put, in order', async () => {
    const { queue } = queueOfTexts();
    queue.put('a');
    queue.put('b');
    expect([await queue.take(), await queue.take()]).toEqual(['a', 'b']);
  });

  test('whoever takes first waits for what is put', async () => {
    const { queue, said } = queueOfTexts();
    const taken = queue.take();
    queue.put('longer than eight');
    expect([await taken, said]).toEqual(['longer than eight', []]);
  });

  test('says once that it is full, and once that a quarter is left', async () => {
    const { queue, said } = queueOfTexts();
    for (const text of ['1234', '5678', '9']) queue.put(text);
    expect(said).toEqual(['full']);
    await queue.take();
    expect(said).toEqual(['full']);
    await queue.take();
    expect(said).toEqual(['full', 'drained']);
    await queue.take();
    expect(said).toEqual(['full', 'drained']);
  });

  test('after the end nothing is held, and nothing is given', async () => {
    const { queue } = queueOfTexts();
    queue.put('a');
    queue.end();
    queue.put('b');
    expect(await queue.take()).toBeUndefined();
  });

  test('the end sets free whoever waits for an item', async () => {
    const { queue } = queueOfTexts();
    const taken = queue.take();
    queue.end();
    expect(await taken).toBeUndefined();
  });
});
