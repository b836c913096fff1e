import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recordSourceContract } from '../../../test/contracts/record-source.ts';
import { RecordingLog } from '../../../test/support/recording-log.ts';
import { SystemClock } from '../../runtime/system-clock.ts';
import { EmbeddedRecordSource } from './embedded-record-source.ts';
import { LogReader } from './log-reader.ts';
import { LogWriter } from './log-writer.ts';
import { openLogFile } from './open-log-file.ts';
import { removeBefore } from './retention.ts';

recordSourceContract('the embedded log', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-log-'));
  const file = join(folder, 'bus.db');
  const db = openLogFile(file);
  const writer = new LogWriter(db);
  const reader = new LogReader(db);
  return {
    async createTopic(topic, partitions) {
      writer.createTopics([{ topic, partitions, compacted: false }]);
    },
    async append(topic, partition, records) {
      const placed = records.map((record) => ({
        partition,
        record: { topic, key: null, value: null, headers: [], timestampMs: 0, ...record },
      }));
      const stored = writer.topic(topic);
      if (stored === undefined) throw new Error(`no topic ${topic}`);
      writer.transaction(() => writer.append(stored, placed, { nowMs: 0, segmentBytes: 1_000 }));
    },
    async retire(topic, partition, beforeOffset) {
      const found = reader.partitions().find((one) => one.topic === topic && one.partition === partition);
      if (found === undefined) throw new Error(`no partition ${topic}/${partition}`);
      removeBefore(db, found.id, beforeOffset);
    },
    source(topics, options = {}) {
      const log = new RecordingLog();
      return new EmbeddedRecordSource({ file, topics, clock: new SystemClock(), log, pollMs: 5, ...options });
    },
    async close() {
      db.close();
      rmSync(folder, { recursive: true });
    },
  };
});
