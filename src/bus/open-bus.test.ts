import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CollectingConsumer } from '../../test/support/collecting-consumer.ts';
import { RecordingLog } from '../../test/support/recording-log.ts';
import { SystemClock } from '../runtime/system-clock.ts';
import { openBus } from './open-bus.ts';

const record = (topic: string, value: string) => ({
  topic,
  key: null,
  value: Buffer.from(value),
  headers: [],
  timestampMs: 0,
});

test('the embedded bus carries records from its sink to its sources, and closes both', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-bus-'));
  try {
    const log = new RecordingLog();
    const file = join(folder, 'new', 'bus.db');
    const bus = openBus({ kind: 'embedded', file }, { log, clock: new SystemClock() });
    const consumer = new CollectingConsumer();
    await bus.source(['logs.*']).run(consumer);
    await bus.sink.ensureTopics([{ topic: 'logs.auth', partitions: 1, compacted: false }]);
    await bus.sink.publish([record('logs.auth', 'hello')]);
    await consumer.until(() => consumer.count() === 1);
    expect(consumer.values('logs.auth', 0)).toEqual(['hello']);
    await bus.close();
    await bus.close();
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a file that is no log is named in the error', () => {
  const file = import.meta.filename;
  const open = () =>
    openBus({ kind: 'embedded', file }, { log: new RecordingLog(), clock: new SystemClock() });
  expect(open).toThrow(file);
});
