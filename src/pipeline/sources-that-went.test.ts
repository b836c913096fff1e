import { expect, test } from 'vitest';
import { ManualClock } from '../../test/fakes/manual-clock.ts';
import { MemoryStore } from '../../test/fakes/memory-store.ts';
import { logRecord, sourceConfig } from '../../test/support/log-record.ts';
import { sampleRule } from '../../test/support/sample-rule.ts';
import { assembleEngine } from '../engine/assemble-engine.ts';
import { MetricsRegistry } from '../runtime/metrics-registry.ts';
import { Pipeline } from './pipeline.ts';

const nowMs = 1_000_000;
const lateness = sourceConfig({}).latenessMs;

/** A pipeline that reads two sources, each of a topic of its name; a record is its time. */
function world() {
  const sources = ['kept', 'gone'].map((name) => sourceConfig({ name, topics: [name] }));
  const { engine } = assembleEngine({ rules: [sampleRule({ id: 'rule' })], sources });
  const pipeline = new Pipeline({
    engine,
    store: new MemoryStore(),
    clock: new ManualClock(nowMs),
    metrics: new MetricsRegistry(),
    decoders: {
      sourceOf: (topic) => topic,
      decode: ({ topic, partition, offset, value }) => ({
        events: [
          {
            fields: {},
            timeMs: Number(value),
            timeOrigin: 'field',
            source: topic,
            position: { topic, partition, offset, index: 0 },
            weight: 1,
          },
        ],
        deadLetter: null,
      }),
    },
    plan: () => ({ outbox: [] }),
    committed: () => undefined,
    onGap: () => undefined,
    onFailure: () => undefined,
  });
  const read = (topic: string, timeMs: number): Promise<void> => {
    const records = [logRecord(String(timeMs), { topic, partition: 0, offset: 0 })];
    return pipeline.process({ topic, partition: 0, records, nextOffset: 1, endOffset: 100 });
  };
  return { pipeline, read, watermark: () => engine.watermarkOf('rule') + lateness };
}

const whole = (topic: string) => ({ topic, partition: 0, earliestOffset: 0, endOffset: 100 });

test('a source all of whose partitions went to another process, or with their topic, holds back nobody', async () => {
  const { pipeline, read, watermark } = world();
  pipeline.assigned([whole('kept'), whole('gone')]);
  await read('gone', 1_000);
  await read('kept', 5_000);
  expect(watermark()).toBe(1_000);
  pipeline.assigned([whole('kept')]);
  expect(watermark()).toBe(5_000);
  pipeline.assigned([whole('kept'), whole('gone')]);
  expect(watermark()).toBe(1_000);
});
