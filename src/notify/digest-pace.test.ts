import { describe, expect, test } from 'vitest';
import { sampleIncident, sampleNotification } from '../../test/support/sample-incident.ts';
import type { NotifyReason } from '../shared/model/notification.ts';
import {
  calmPace,
  type DigestOptions,
  digestSent,
  gathering,
  isBehind,
  isOfThePast,
  isUrgentMessage,
  messageSent,
  restoredPace,
} from './digest-pace.ts';
import { digestOf } from './message/digest.ts';

const options: DigestOptions = { after: 3, everyMs: 60_000, pastAfterMs: 3_600_000 };
const calm = calmPace(options);

describe('a lane is behind', () => {
  test.each([
    { waiting: 0, sentMs: [], behind: false },
    { waiting: 3, sentMs: [], behind: false },
    { waiting: 4, sentMs: [], behind: true },
    { waiting: 1, sentMs: [0, 1_000], behind: false },
    { waiting: 1, sentMs: [0, 1_000, 2_000], behind: true },
    { waiting: 0, sentMs: [0, 1_000, 2_000], behind: false },
  ])('with $waiting waiting after messages at $sentMs: $behind', ({ waiting, sentMs, behind }) => {
    expect(isBehind({ ...calm, sentMs }, { waiting, nowMs: 10_000, options })).toBe(behind);
  });

  test('no longer than a minute for what went out', () => {
    const pace = [0, 1, 2, 3].reduce((all, at) => messageSent(all, at * 1_000, options), calm);
    expect(pace.sentMs).toEqual([1_000, 2_000, 3_000]);
    expect(isBehind(pace, { waiting: 1, nowMs: 60_999, options })).toBe(true);
    expect(isBehind(pace, { waiting: 1, nowMs: 61_000, options })).toBe(false);
  });
});

describe('digests', () => {
  test('gather for ten seconds, then come each minute, later and later while the storm lasts', () => {
    let pace = gathering(calm, { mode: 'behind', nowMs: 1_000 });
    expect(pace).toMatchObject({ mode: 'behind', holdUntilMs: 11_000 });
    const pauses: number[] = [];
    for (let number = 0; number < 5; number += 1) {
      const nowMs = pace.holdUntilMs;
      pace = digestSent(pace, { count: 100, nowMs, options });
      pauses.push(pace.holdUntilMs - nowMs);
    }
    expect(pauses).toEqual([60_000, 120_000, 240_000, 300_000, 300_000]);
    expect(pace.mode).toBe('behind');
  });

  test('end with one that stands for few, and do not begin again before their time', () => {
    const storm = digestSent(gathering(calm, { mode: 'behind', nowMs: 0 }), {
      count: 100,
      nowMs: 10_000,
      options,
    });
    const over = digestSent(storm, { count: 3, nowMs: 70_000, options });
    expect(over).toMatchObject({ mode: 'calm', everyMs: 60_000 });
    expect(gathering(over, { mode: 'past', nowMs: 80_000 }).holdUntilMs).toBe(190_000);
  });

  test('of the past become digests of all without waiting anew', () => {
    const past = gathering(calm, { mode: 'past', nowMs: 0 });
    expect(gathering(past, { mode: 'behind', nowMs: 5_000 })).toMatchObject({
      mode: 'behind',
      holdUntilMs: 10_000,
    });
  });

  test('may be further apart than five minutes', () => {
    const rare = { ...options, everyMs: 600_000 };
    const pace = digestSent(calmPace(rare), { count: 100, nowMs: 0, options: rare });
    expect([pace.holdUntilMs, pace.everyMs]).toEqual([600_000, 600_000]);
  });
});

describe('after a restart a lane', () => {
  const nowMs = 1_000_000;
  const storm = {
    mode: 'behind',
    holdUntilMs: nowMs + 5_000,
    everyMs: 120_000,
    sentMs: [],
    alone: 2,
  } as const;

  test.each([
    { title: 'starts calm where nothing was kept', kept: null, is: calm },
    { title: 'goes on as it went', kept: storm, is: storm },
    {
      title: 'tells a digest that has become due',
      kept: { ...storm, holdUntilMs: nowMs - 59_999 },
      is: { ...storm, holdUntilMs: nowMs - 59_999 },
    },
    {
      title: 'is calm where it was away for longer, and knows what it sent',
      kept: { ...storm, holdUntilMs: nowMs - 60_000, sentMs: [nowMs - 50_000] },
      is: { ...calm, sentMs: [nowMs - 50_000] },
    },
    {
      title: 'waits for no clock that was set back',
      kept: { ...storm, holdUntilMs: nowMs + 86_400_000, sentMs: [nowMs - 1, nowMs + 1] },
      is: { ...storm, holdUntilMs: nowMs + 300_000, sentMs: [nowMs - 1] },
    },
    {
      title: 'follows options that are new',
      kept: { ...storm, everyMs: 600_000, sentMs: [1, 2, 3, 4] },
      is: { ...storm, everyMs: 300_000, sentMs: [2, 3, 4] },
    },
  ])('$title', ({ kept, is }) => {
    expect(restoredPace(kept, { nowMs, options })).toEqual(is);
  });
});

describe('a message', () => {
  const incident = sampleIncident({ '@timestamp': '2026-03-01T10:00:00.000Z' });
  const atMs = Date.parse(incident['@timestamp']);
  const past = (reason: NotifyReason, nowMs: number): boolean =>
    isOfThePast(sampleNotification(incident, reason), { nowMs, options });

  test.each(['opened', 'reopened', 'resolved', 'revised', 'merged'] as const)(
    'that it %s is of the past more than an hour later',
    (reason) => {
      expect(past(reason, atMs + 3_600_000)).toBe(false);
      expect(past(reason, atMs + 3_600_001)).toBe(true);
    },
  );

  test.each(['acknowledged', 'raised', 'repeated', 'escalated'] as const)(
    'that it was %s tells of now, however old the incident',
    (reason) => {
      expect(past(reason, atMs + 86_400_000)).toBe(false);
    },
  );

  test('about what a person did tells of now', () => {
    const resolved = { ...incident, status: 'resolved', reason: 'person' } as const;
    const nowMs = atMs + 86_400_000;
    expect(isOfThePast(sampleNotification(resolved, 'resolved'), { nowMs, options })).toBe(false);
  });

  test('that is a digest is of the past where it says so', () => {
    const parts = { id: 'd', group: {} };
    const all = [sampleNotification(incident)];
    const nowMs = atMs + 86_400_000;
    expect(isOfThePast(digestOf(all, { ...parts, cause: 'past' }), { nowMs, options })).toBe(true);
    expect(isOfThePast(digestOf(all, { ...parts, cause: 'grouped' }), { nowMs, options })).toBe(false);
  });

  test('is urgent where it is critical and stands', () => {
    const critical = sampleIncident({ severity: 'critical' });
    expect(isUrgentMessage(sampleNotification(critical))).toBe(true);
    expect(isUrgentMessage(sampleNotification(critical, 'escalated'))).toBe(true);
    expect(isUrgentMessage(sampleNotification(critical, 'resolved'))).toBe(false);
    expect(isUrgentMessage(sampleNotification(incident))).toBe(false);
    const digest = digestOf([sampleNotification(critical)], { id: 'd', cause: 'behind', group: {} });
    expect(isUrgentMessage(digest)).toBe(false);
  });
});
