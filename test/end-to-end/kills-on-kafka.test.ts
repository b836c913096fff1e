import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTopic } from '../support/kafka/start-topic.ts';
import { describeWithKafka, suiteKafka } from '../support/kafka/suite-kafka.ts';
import { hasSharedData } from '../support/shared-data.ts';
import { byAddressAndTime, SshdRun, standing } from '../support/sshd-run.ts';
import { TocsinProcess } from '../support/tocsin-process.ts';

const kills = 20;

/** A process is up and reading after some 700 ms: kills before, during and after its first transactions. */
const killAfterMs = (): number => 400 + Math.random() * 1_300;

describe.runIf(hasSharedData('sshd'))('7,121 lines of sshd', () => {
  describeWithKafka(`through a real Kafka, with ${kills} SIGKILLs on the way`, () => {
    let run: SshdRun;
    let killed = 0;

    beforeAll(async () => {
      run = await SshdRun.open(await suiteKafka(), 'killed');
      await startTopic(run.brokers, run.topics.logs, { partitions: 4 });
      // The lines come in over the whole time of the kills, so that each kill finds something under way.
      const producing = run.produceAll({ linesAtATime: 25, pauseMs: 80 });
      while (killed < kills) {
        const tocsin = new TocsinProcess(['run', '--config', run.config]);
        await new Promise((resolve) => setTimeout(resolve, killAfterMs()));
        const { signal } = await tocsin.end('SIGKILL');
        if (signal === 'SIGKILL') killed += 1;
        else throw new Error(`ended by itself: ${tocsin.err}`);
      }
      await producing;
      const tocsin = new TocsinProcess(['run', '--config', run.config]);
      await run.settled();
      await tocsin.end('SIGTERM');
    });
    afterAll(() => run?.close());

    test('it was killed that often', () => {
      expect(killed).toBe(kills);
    });

    test('each true firing was published, and no other', async () => {
      const lines = new Set(await run.firingLines());
      expect([...lines].sort((a, b) => a - b)).toEqual(run.truth.firings.map((firing) => firing.line));
    });

    test('the final incidents are those of a run without kills', async () => {
      expect(standing(await run.incidents())).toEqual(run.truth.incidents.toSorted(byAddressAndTime));
    });

    test('each version of each incident reached the topic, in order; what was repeated is the same', async () => {
      const published = await run.publishedVersions();
      const incidents = await run.incidents();
      expect([...published.keys()].sort()).toEqual(incidents.map(({ id }) => id).sort());
      for (const versions of published.values()) {
        const distinct = new Map(versions.map((incident) => [incident.version, incident]));
        expect([...distinct.keys()]).toEqual([...distinct.keys()].map((_, index) => index + 1));
        for (const incident of versions) expect(incident).toEqual(distinct.get(incident.version));
      }
    });

    test('no notification is missing; a repeat carries the same id', async () => {
      const incidents = await run.incidents();
      const ids = incidents.map(({ id }) => id).sort();
      const posted = run.slack.messages.flatMap(({ message }) =>
        ids.filter((id) => JSON.stringify(message).includes(id)),
      );
      expect([...new Set(posted)].sort()).toEqual(ids);
      const openings = run.smtp.mails.filter((mail) => mail.header('references') === undefined);
      expect([...new Set(openings.map((mail) => mail.header('x-tocsin-incident')))].sort()).toEqual(ids);
      const messageIds = Map.groupBy(openings, (mail) => mail.header('x-tocsin-incident'));
      for (const mails of messageIds.values())
        expect(new Set(mails.map((mail) => mail.header('message-id'))).size).toBe(1);
    });
  });
});
