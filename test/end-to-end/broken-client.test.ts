import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTopic } from '../support/kafka/start-topic.ts';
import { describeWithKafka, suiteKafka } from '../support/kafka/suite-kafka.ts';
import { TocsinProcess } from '../support/tocsin-process.ts';

describeWithKafka('a client that can never work', () => {
  let folder: string;
  let brokers: readonly string[];
  beforeAll(async () => {
    brokers = await suiteKafka();
    await startTopic(brokers, 'broken-client.logs', { partitions: 1 });
    folder = mkdtempSync(join(tmpdir(), 'tocsin-broken-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('ends the process with code 3, and the log says why', async () => {
    // The listener speaks no SASL: no waiting can mend that.
    const sasl = { mechanism: 'scram-sha-512', username: 'tocsin', password: 'not-to-be-seen' };
    const config = {
      bus: { kind: 'kafka', brokers, groupId: 'broken-client', sasl },
      sources: [{ name: 'logs', topics: ['broken-client.logs'] }],
      rules: [],
      state: { file: 'tocsin.db' },
      web: { listen: 'off' },
    };
    writeFileSync(join(folder, 'tocsin.json'), JSON.stringify(config));
    const { code, err } = await new TocsinProcess(['run'], { cwd: folder }).finished();
    expect(code, err).toBe(3);
    expect(err).toMatch(/Kafka cannot be read from|cannot/);
    expect(err).not.toContain('not-to-be-seen');
  });
});
