import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { CollectingConsumer } from '../../../test/support/collecting-consumer.ts';
import { RecordingLog } from '../../../test/support/recording-log.ts';
import { SystemClock } from '../../runtime/system-clock.ts';
import { EmbeddedRecordSource } from './embedded-record-source.ts';

const writers = 3;
const publishes = 60;
const recordsPerPublish = 5;

/** Creates the topic if it is first, then publishes numbered records with its name as key. */
const writerProgram = `
  import { EmbeddedRecordSink } from ${JSON.stringify(join(import.meta.dirname, 'embedded-record-sink.ts'))};
  const [file, name] = process.argv.slice(1);
  const clock = { nowMs: () => Date.now(), sleep: async () => {} };
  const sink = new EmbeddedRecordSink({ file, clock, retention: { ageMs: 1e9, bytes: 1e9 } });
  await sink.ensureTopics([{ topic: 't', partitions: 2, compacted: false }]);
  for (let i = 0; i < ${publishes}; i++) {
    const records = Array.from({ length: ${recordsPerPublish} }, (_, j) => ({
      topic: 't', key: Buffer.from(name), value: Buffer.from(name + ' ' + (i * ${recordsPerPublish} + j)),
      headers: [], timestampMs: 0,
    }));
    // As an outbox does: where another process is in the middle of its own for long, it is not taken, and comes again.
    for (let kind = ''; kind !== 'delivered'; ) {
      const delivery = await sink.publish(records);
      if (delivery.kind === 'rejected') throw new Error(JSON.stringify(delivery));
      ({ kind } = delivery);
    }
  }
  await sink.close();
`;

test('several processes append to one file at the same time, and another reads all of it in order', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-log-'));
  const file = join(folder, 'bus.db');
  const source = new EmbeddedRecordSource({
    file,
    topics: ['t'],
    clock: new SystemClock(),
    log: new RecordingLog(),
    pollMs: 5,
  });
  const consumer = new CollectingConsumer();
  try {
    await source.run(consumer);
    const args = ['--input-type=module', '--eval', writerProgram, '--', file];
    await Promise.all(
      Array.from({ length: writers }, (_, i) =>
        promisify(execFile)(process.execPath, [...args, `writer-${i}`]),
      ),
    );
    await consumer.until(() => consumer.count() === writers * publishes * recordsPerPublish);
  } finally {
    await source.stop();
    rmSync(folder, { recursive: true });
  }
  for (const partition of [0, 1]) {
    const offsets = consumer.records('t', partition).map(({ offset }) => offset);
    expect(offsets).toEqual(offsets.map((_, i) => i));
  }
  const values = [...consumer.values('t', 0), ...consumer.values('t', 1)];
  for (let i = 0; i < writers; i++) {
    const ofWriter = values.filter((value) => value?.startsWith(`writer-${i} `));
    expect(ofWriter).toEqual(
      Array.from({ length: publishes * recordsPerPublish }, (_, n) => `writer-${i} ${n}`),
    );
  }
});
