import { beforeAll, describe, expect, test } from 'vitest';
import { describeWithKafka } from '../support/kafka/suite-kafka.ts';
import { type TortureReport, torture } from './torture.ts';

const kills = 25;
/** Some 60 seconds on two cores that have nothing else to do; only what hangs is to end by this. */
const limitMs = 1_800_000;
const seed = Number(process.env['TORTURE_SEED'] ?? Date.now() % 1_000_000);

describe('disordered events of three producers on four partitions, rules of every kind', () => {
  describeWithKafka(`${kills} SIGKILLs and restarts of the broker on the way (TORTURE_SEED=${seed})`, () => {
    let report: TortureReport;

    beforeAll(async () => {
      report = await torture({ kills, limitMs, seed, pauseMs: 100, say: () => undefined });
    }, 2 * limitMs);

    test('it was killed that often, and the broker was restarted', () => {
      expect(report.kills).toBe(kills);
      expect(report.brokerRestarts).toBeGreaterThan(0);
    });

    test('rules of nearly every kind fired: a rare one may have had no chance', () => {
      const silent = [...report.firingsByRule].filter(([, count]) => count === 0);
      expect(silent.length, String(silent)).toBeLessThanOrEqual(3);
    });

    test('the two references agree on the firings and incidents of these events', () => {
      expect(report.firings).toBeGreaterThan(report.kills);
      expect(report.referenceFaults).toEqual([]);
    });

    test('each settled firing was published: none lost, none settled twice, none invented', () => {
      expect(report.firingsLost).toEqual([]);
      expect(report.firingsDoubled).toEqual([]);
      expect(report.firingsInvented).toEqual([]);
    });

    test('the incidents in the state are those of an undisturbed run', () => {
      expect(report.incidents).toBeGreaterThan(report.kills);
      expect(report.incidentFaults).toEqual([]);
    });

    test('the incidents topic has each version once by its id, in order, up to the one in the state', () => {
      expect(report.versions).toBeGreaterThan(report.incidents);
      expect(report.versionFaults).toEqual([]);
    });

    test('what persons asked for meanwhile was done once, or refused, and nothing else', () => {
      expect(report.wishesDone).toBeGreaterThan(0);
      expect(report.wishFaults).toEqual([]);
    });

    test('partitions that fell silent were passed by, came back too late, and no event was judged otherwise', () => {
      expect(report.livesThatPassed).toBeGreaterThan(0);
      expect(report.late).toBeGreaterThan(0);
      expect(report.turnFaults).toEqual([]);
    });

    test('persons merged incidents, and took merges back', () => {
      expect(report.merges).toBeGreaterThan(0);
      expect(report.unmerges).toBeGreaterThan(0);
    });

    test('once all partitions were idle the wall clock settled the rest', () => {
      expect(report.isByWallClock).toBe(true);
    });
  });
});
