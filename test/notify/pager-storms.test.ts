import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { digestDefaults } from '../../src/notify/digest-pace.ts';
import { PagerDutyNotifier } from '../../src/notify/pagerduty/pagerduty-notifier.ts';
import { isDigest } from '../../src/shared/model/notification.ts';
import type { Severity } from '../../src/shared/model/severity.ts';
import { Secret } from '../../src/shared/secret.ts';
import { PagerDutyStandIn } from '../support/pagerduty-stand-in.ts';
import { range } from '../support/storm-world.ts';
import {
  type Happenings,
  type Heard,
  type Timeline,
  type TimelineSetup,
  timeline,
} from '../support/timeline.ts';
import {
  comesBack,
  fails,
  fires,
  isAcknowledged,
  isQuiet,
  isRaised,
  isResolved,
  restarts,
  works,
} from '../support/timeline-steps.ts';

// A storm at PagerDuty, where each incident has an alert of its own but for a storm: what is posted, and what rings on.

const startMs = Date.UTC(2026, 2, 1, 12);
const routingKey = new Secret(PagerDutyStandIn.routingKey);
const name = 'oncall/pagerduty';

let server: PagerDutyStandIn;
beforeEach(async () => {
  server = await new PagerDutyStandIn().start();
});
afterEach(() => server.stop());

/** An incident seen so many seconds after the start. */
const at = (seconds: number, severity: Severity = 'medium') => ({
  '@timestamp': new Date(startMs + seconds * 1_000).toISOString(),
  severity,
});

const lives = (
  happenings: Happenings,
  heard: Heard[string],
  setup: Partial<TimelineSetup> = {},
): Promise<Timeline> =>
  timeline(
    {
      routes: { receiver: 'oncall' },
      receivers: { oncall: { pagerduty: { routingKey, url: new Secret(server.url) } } },
      digests: new Map([[name, digestDefaults]]),
      notifierOf: (_, clock) =>
        new PagerDutyNotifier({ name, routingKey, url: new Secret(server.url), clock, timeoutMs: 300_000 }),
      until: '20m',
      tick: '1s',
      ...setup,
    },
    happenings,
    { [name]: heard },
  );

const keys = (action: string): string[] =>
  server.events
    .filter((event) => event['event_action'] === action)
    .map((event) => String(event['dedup_key']));

/** What is neither a digest nor over, at PagerDuty. */
const ringing = (line: Timeline): string[] => {
  const over = new Set(keys('resolve'));
  return [...new Set(keys('trigger'))].filter((key) => line.incidents.has(key) && !over.has(key));
};

const numbers = range(0, 1_020);
const isCritical = (number: number): boolean => number % 51 === 0;
const title = (number: number): string => `S${number}`;

/** 1,020 in a minute, 17 a second, one in 51 critical; and all of them are over after ten minutes. */
const storm = (between: Happenings = []): Happenings => {
  const opening = range(0, 60).map(
    (second) =>
      [
        `${second}s`,
        ...numbers
          .filter((number) => Math.floor(number / 17) === second)
          .map((number) => fires(title(number), at(second, isCritical(number) ? 'critical' : 'medium'))),
      ] as const,
  );
  const ends = numbers.map((number) => isQuiet(title(number)));
  const seconds = (when: string): number => (when.endsWith('m') ? 60 : 1) * Number.parseInt(when, 10);
  return [...opening, ...between, ['10m', ...ends] as const].toSorted(([a], [b]) => seconds(a) - seconds(b));
};

/** Few posts, exact counts, the critical ones first; and of what is over nothing rings but the digests. */
function expectFewExact(line: Timeline): void {
  const digests = line.messages.filter(isDigest);
  const alone = new Set(keys('trigger').filter((key) => line.incidents.has(key)));
  const count = (severity: Severity): number =>
    digests
      .flatMap(({ severities }) => severities)
      .reduce(
        (sum, one) => sum + (one.severity === severity ? one.count : 0),
        [...alone].filter((key) => line.incidents.get(key)?.severity === severity).length,
      );
  expect(count('critical')).toBe(numbers.filter(isCritical).length);
  expect(count('medium')).toBe(numbers.filter((number) => !isCritical(number)).length);
  expect(digests.length).toBeLessThanOrEqual(4);
  for (const { items, severities } of digests)
    if (severities[0]?.severity === 'critical') expect(items[0]?.incident.severity).toBe('critical');
  expect(server.accepted.length).toBeLessThan(60);
  expect(new Set(keys('resolve'))).toEqual(alone);
  expect(ringing(line)).toEqual([]);
  expect(new Set(keys('trigger')).size).toBe(alone.size + digests.length);
}

describe('a storm at PagerDuty', () => {
  test('is a few alerts, and its end costs no posts but for those that were told alone', async () => {
    const line = await lives(storm(), expect.anything());
    expectFewExact(line);
    // 17 come at once, so that nothing is told alone but what is critical: five ahead of each digest, at once.
    const alone = keys('trigger').filter((key) => line.incidents.has(key));
    expect(alone.every((key) => line.incidents.get(key)?.severity === 'critical')).toBe(true);
    expect(alone.slice(0, 2)).toEqual(['S0', 'S51']);
    expect(line.decided['S1']).toEqual([
      'oncall opened',
      `${name} in-digest`,
      'oncall resolved',
      `${name} not in-digest`,
    ]);
  });

  test('is the same where it is killed in the middle, and in its aftermath', async () => {
    const line = await lives(
      storm([
        ['8s', restarts()],
        ['31s', restarts()],
        ['2m', restarts()],
      ]),
      expect.anything(),
    );
    expectFewExact(line);
  });

  test('is the same where PagerDuty does not answer for a while in the middle', async () => {
    const line = await lives(
      storm([
        ['20s', fails(name, { kind: 'retry', reason: 'timeout', detail: 'no answer' })],
        ['50s', works(name)],
      ]),
      expect.anything(),
    );
    expectFewExact(line);
  });

  test('leaves what stood before it, what is raised in it and what comes back after it as it is elsewhere', () =>
    lives(
      [
        ['0s', fires('before', at(0))],
        ['5s', ...range(0, 40).map((number) => fires(`I${number}`, at(5)))],
        ['30s', isRaised('I3', 'critical')],
        ['5m', isAcknowledged('before'), isAcknowledged('I4'), isResolved('I5')],
        ['10m', comesBack('I5')],
        ['15m', ...['before', 'I3', 'I4', 'I5', 'I6'].map((one) => isQuiet(one))],
      ],
      [
        '0s opened before',
        '15s behind of 40',
        '30s raised I3',
        '5m acknowledged before',
        '10m reopened I5',
        '15m resolved before',
        '15m1s resolved I3',
        '15m2s resolved I5',
      ],
    ));

  test('of the past is one alert', () =>
    lives(
      [
        ['0s', ...range(0, 200).map((number) => fires(`P${number}`, at(-10_800))), fires('now', at(0))],
        ['1m', ...range(0, 200).map((number) => isQuiet(`P${number}`)), isQuiet('now')],
      ],
      ['0s opened now', '10s past of 200', '1m resolved now'],
    ));
});
