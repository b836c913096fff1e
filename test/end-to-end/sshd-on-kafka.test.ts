import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTopic } from '../support/kafka/start-topic.ts';
import { describeWithKafka, suiteKafka } from '../support/kafka/suite-kafka.ts';
import { hasSharedData } from '../support/shared-data.ts';
import { byAddressAndTime, SshdRun, standing } from '../support/sshd-run.ts';
import { runTocsin, TocsinProcess } from '../support/tocsin-process.ts';

describe.runIf(hasSharedData('sshd'))('7,121 lines of sshd', () => {
  describeWithKafka('through a real Kafka, undisturbed', () => {
    let run: SshdRun;
    let ended: Awaited<ReturnType<TocsinProcess['end']>>;

    beforeAll(async () => {
      run = await SshdRun.open(await suiteKafka(), 'undisturbed', { idleAfter: '4s' });
      await startTopic(run.brokers, run.topics.logs, { partitions: 4 });
      await run.produceAll({ linesAtATime: 1_000, pauseMs: 0 });
      const tocsin = new TocsinProcess(['run', '--config', run.config]);
      await run.settled();
      ended = await tocsin.end('SIGTERM');
    });
    afterAll(() => run?.close());

    test('SIGTERM drains, commits and ends with code 0', () => {
      expect({ code: ended.code, signal: ended.signal }, ended.err).toEqual({ code: 0, signal: null });
    });

    test('the firings equal the truth, line by line', async () => {
      const lines = await run.firingLines();
      expect(lines.sort((a, b) => a - b)).toEqual(run.truth.firings.map((firing) => firing.line));
    });

    test('a backtest of the topic, four partitions merged by event time, gives the same firings', async () => {
      const replay = ['replay', '--topic', run.topics.logs, '--firings', '--config', run.config];
      const { code, out, err } = await runTocsin(replay);
      expect(code, err).toBe(0);
      const positions = out
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as { partition: number; offset: number });
      expect(run.linesOf(positions).sort((a, b) => a - b)).toEqual(
        run.truth.firings.map((firing) => firing.line),
      );
    });

    test('the incidents are the episodes of the true firings, all resolved when quiet', async () => {
      const incidents = await run.incidents();
      expect(standing(incidents)).toEqual(run.truth.incidents.toSorted(byAddressAndTime));
      expect(new Set(incidents.map(({ status, reason }) => `${status} ${reason}`))).toEqual(
        new Set(['resolved quiet']),
      );
    });

    test('a plain consumer of the incidents topic sees each version once, in order, the last one as it stands', async () => {
      const published = await run.publishedVersions();
      const incidents = await run.incidents();
      for (const versions of published.values()) {
        expect(versions.map(({ version }) => version)).toEqual(versions.map((_, index) => index + 1));
      }
      const last = [...published.values()].map((versions) => versions.at(-1));
      expect(new Map(last.map((incident) => [incident?.id, incident]))).toEqual(
        new Map(incidents.map((incident) => [incident.id, incident])),
      );
    });

    test('Slack and the mail server got one notification for each incident', async () => {
      const ids = (await run.incidents()).map(({ id }) => id).sort();
      const posts = run.slack.messages.map(({ message }) =>
        ids.filter((id) => JSON.stringify(message).includes(id)),
      );
      expect(posts.flat().sort()).toEqual(ids);
      expect(run.smtp.mails.map((mail) => mail.header('x-tocsin-incident')).sort()).toEqual(ids);
    });
  });
});
