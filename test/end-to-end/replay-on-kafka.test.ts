import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Message } from 'kafkajs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTopic } from '../support/kafka/start-topic.ts';
import { describeWithKafka, suiteKafka } from '../support/kafka/suite-kafka.ts';
import { produce } from '../support/kafka/topic-tools.ts';
import { runTocsin } from '../support/tocsin-process.ts';

const topic = 'replay.logs';
const startMs = Date.UTC(2026, 2, 1);

/** One partition is small and old, the other large and young: more than is fetched at a time, and more than is held. */
const counts = [3_000, 22_000] as const;

/** Every thousandth event of a partition is marked. */
function messages(partition: 0 | 1, from: number, to: number): Message[] {
  return Array.from({ length: to - from }, (_, index) => {
    const nth = from + index;
    const time = startMs + (partition === 0 ? nth : counts[0] + nth);
    const value = JSON.stringify({ time, mark: nth % 1_000 === 0, partition, filling: 'x'.repeat(1_000) });
    return { partition, value };
  });
}

function* batches(): Generator<Message[]> {
  for (const partition of [0, 1] as const)
    for (let from = 0; from < counts[partition]; from += 500)
      yield messages(partition, from, Math.min(from + 500, counts[partition]));
}

describeWithKafka('replay of a topic whose partitions lie far apart in time', () => {
  let folder: string;

  beforeAll(async () => {
    const brokers = await suiteKafka();
    await startTopic(brokers, topic, { partitions: 2 });
    await produce(brokers, topic, batches());
    folder = mkdtempSync(join(tmpdir(), 'tocsin-replay-'));
    writeFileSync(
      join(folder, 'rule.json'),
      JSON.stringify({
        id: 'marked',
        severity: 'low',
        conditions: { all: [{ fact: 'mark', operator: 'equal', value: true }] },
      }),
    );
    writeFileSync(
      join(folder, 'tocsin.json'),
      JSON.stringify({
        bus: { kind: 'kafka', brokers, groupId: 'replay' },
        sources: [
          { name: 'logs', topics: [topic], format: 'json', time: { field: 'time', format: 'epoch-ms' } },
        ],
        rules: ['rule.json'],
      }),
    );
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('comes to its end, with every event, in the order of event time', async () => {
    const { code, out, err } = await runTocsin(
      ['replay', '--topic', topic, '--firings', '--config', 'tocsin.json'],
      { cwd: folder },
    );
    expect(code, err).toBe(0);
    const firings = out
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as { partition: number; offset: number; time: string });
    const marked = (partition: 0 | 1): unknown[] =>
      Array.from({ length: counts[partition] / 1_000 }, (_, nth) => [partition, nth * 1_000]);
    expect(firings.map(({ partition, offset }) => [partition, offset])).toEqual([...marked(0), ...marked(1)]);
  });
});
