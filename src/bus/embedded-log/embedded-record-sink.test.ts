import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recordSinkContract } from '../../../test/contracts/record-sink.ts';
import { SystemClock } from '../../runtime/system-clock.ts';
import { EmbeddedRecordSink } from './embedded-record-sink.ts';
import { LogReader } from './log-reader.ts';
import { openLogFile } from './open-log-file.ts';

recordSinkContract('the embedded log', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-log-'));
  const file = join(folder, 'bus.db');
  const db = openLogFile(file);
  const reader = new LogReader(db);
  const partitionsOf = (topic: string) => reader.partitions().filter((one) => one.topic === topic);
  return {
    tooLargeBytes: 3_000_000,
    sink: () =>
      new EmbeddedRecordSink({
        file,
        clock: new SystemClock(),
        retention: { ageMs: 60_000, bytes: 100_000_000 },
        recordBytesMax: 2_000_000,
      }),
    async partitions(topic) {
      return partitionsOf(topic).length;
    },
    async read(topic) {
      const limits = { records: 1_000, bytes: 100_000_000 };
      return partitionsOf(topic).flatMap((partition) => reader.read(partition, 0, limits).records);
    },
    async close() {
      db.close();
      rmSync(folder, { recursive: true });
    },
  };
});
