import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type KafkaBroker, startKafka } from '../support/kafka/start-kafka.ts';
import { startTopic } from '../support/kafka/start-topic.ts';
import { describeWithKafka } from '../support/kafka/suite-kafka.ts';
import { recordCount } from '../support/kafka/topic-tools.ts';
import { hasSharedData } from '../support/shared-data.ts';
import { byAddressAndTime, SshdRun, standing } from '../support/sshd-run.ts';
import { eventually, TocsinProcess } from '../support/tocsin-process.ts';

describe.runIf(hasSharedData('sshd'))('7,121 lines of sshd', () => {
  describeWithKafka('through a real Kafka that is stopped, killed and started on the way', () => {
    let broker: KafkaBroker;
    let run: SshdRun;
    let tocsin: TocsinProcess;

    beforeAll(async () => {
      broker = await startKafka();
      run = await SshdRun.open(broker.brokers, 'outage');
      await startTopic(broker.brokers, run.topics.logs, { partitions: 4 });
      tocsin = new TocsinProcess(['run', '--config', run.config]);
      const lines = run.produceAll({ linesAtATime: 200, pauseMs: 250 });
      await eventually(async () => (await recordCount(broker.brokers, run.topics.firings)) > 0);
      await broker.stop();
      await tocsin.says(/Kafka at .* does not work now/);
      await broker.start();
      await tocsin.says(/Kafka at .* works again/);
      await broker.kill();
      await broker.start();
      await lines;
      await run.settled();
    });
    afterAll(async () => {
      await tocsin.end('SIGKILL');
      await run.close();
      await broker.remove();
    });

    test('the process lived on, said what it was waiting for, and that it is back', async () => {
      expect(tocsin.isRunning).toBe(true);
      expect(tocsin.err).toMatch(/Kafka at 127\.0\.0\.1:\d+/);
      expect(tocsin.err).toMatch(/is back|again|works/);
      const { code } = await tocsin.end('SIGTERM');
      expect(code, tocsin.err).toBe(0);
    });

    test('nothing was lost: firings, incidents, versions', async () => {
      expect([...new Set(await run.firingLines())].sort((a, b) => a - b)).toEqual(
        run.truth.firings.map((firing) => firing.line),
      );
      const incidents = await run.incidents();
      expect(standing(incidents)).toEqual(run.truth.incidents.toSorted(byAddressAndTime));
      for (const versions of (await run.publishedVersions()).values()) {
        const numbers = [...new Set(versions.map(({ version }) => version))];
        expect(numbers).toEqual(numbers.map((_, index) => index + 1));
      }
    });
  });
});
