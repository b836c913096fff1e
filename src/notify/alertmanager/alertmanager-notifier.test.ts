import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { notifierContract } from '../../../test/contracts/notifier.ts';
import { ManualClock } from '../../../test/fakes/manual-clock.ts';
import { AlertmanagerStandIn, alertFaults } from '../../../test/support/alertmanager-stand-in.ts';
import { expectGolden } from '../../../test/support/golden.ts';
import { stormDigest } from '../../../test/support/sample-digest.ts';
import {
  anyReason,
  hostileIncident,
  resolvedIncident,
  sampleIncident,
  sampleNotification,
} from '../../../test/support/sample-incident.ts';
import { Secret } from '../../shared/secret.ts';
import { AlertmanagerNotifier } from './alertmanager-notifier.ts';
import { renderAlertmanager, renderFormer } from './render-alertmanager.ts';
import { renderAlertmanagerDigest } from './render-alertmanager-digest.ts';

const never = new AbortController().signal;
const nowMs = Date.UTC(2026, 2, 1, 12);
const render = { nowMs, expiresAfterMs: 3_600_000 };

const notifierOf = (server: AlertmanagerStandIn, timeoutMs = 300_000): AlertmanagerNotifier =>
  new AlertmanagerNotifier({
    name: 'ops/alertmanager',
    url: new Secret(`${server.origin}/`),
    headers: { authorization: new Secret('Basic c2VjcmV0OnNlY3JldA==') },
    labels: { team: 'soc' },
    expiresAfterMs: 3_600_000,
    clock: new ManualClock(),
    timeoutMs,
  });

notifierContract('Alertmanager', async (timeoutMs) => {
  const server = await new AlertmanagerStandIn().start();
  return {
    notifier: notifierOf(server, timeoutMs),
    received: () =>
      server.alerts.map((alert) => ({
        incidentId: alert.labels['incident'] ?? '',
        repeatId: JSON.stringify(alert),
      })),
    overload: () => server.answer({ status: 503 }),
    refuse: () => server.answer({ status: 401, body: 'not with Basic c2VjcmV0OnNlY3JldA==' }),
    fallSilent: () => server.answerAlways('hang'),
    goDown: () => server.stop(),
    comeBack: async () => {
      await server.start();
    },
    secrets: ['c2VjcmV0OnNlY3JldA=='],
    close: () => server.stop(),
  };
});

describe('Alertmanager', () => {
  let server: AlertmanagerStandIn;
  beforeEach(async () => {
    server = await new AlertmanagerStandIn().start();
  });
  afterEach(() => server.stop());

  test('has one alert for an incident, which ends when it is resolved', async () => {
    const notifier = notifierOf(server);
    await notifier.notify(sampleNotification(), never);
    await notifier.notify(sampleNotification(resolvedIncident(), 'resolved'), never);
    const [opened, resolved] = server.alerts;
    expect(resolved?.labels).toEqual(opened?.labels);
    expect(opened?.labels).toEqual({
      alertname: 'ssh-brute-force',
      incident: '5f2c0a9be1d34c77',
      severity: 'high',
      source: 'tocsin',
      source_ip: '203.0.113.7',
      team: 'soc',
    });
    expect([opened?.startsAt, opened?.endsAt]).toEqual([
      '2026-03-01T10:00:00.000Z',
      '2026-03-01T13:00:00.000Z',
    ]);
    expect(resolved?.endsAt).toBe('2026-03-01T11:03:00.000Z');
    expect(server.posts[0]).toMatchObject({
      path: '/api/v2/alerts',
      headers: { authorization: 'Basic c2VjcmV0OnNlY3JldA==' },
    });
  });
});

describe('what stands, said again', () => {
  let server: AlertmanagerStandIn;
  beforeEach(async () => {
    server = await new AlertmanagerStandIn().start();
  });
  afterEach(() => server.stop());
  const renew = (count: number, parts: Parameters<typeof sampleIncident>[0] = {}) => {
    const incidents = Array.from({ length: count }, (_, index) =>
      sampleIncident({ id: String(index), ...parts }),
    );
    return notifierOf(server).renewal.renew(incidents, never);
  };

  test('is many alerts in one request, each with the labels it has had', async () => {
    const notifier = notifierOf(server);
    await notifier.notify(sampleNotification(sampleIncident({ id: '1' })), never);
    expect(await renew(3)).toEqual({ kind: 'delivered' });
    const [opened, ...again] = server.alerts;
    expect(server.posts).toHaveLength(2);
    expect(again[1]?.labels).toEqual(opened?.labels);
    expect(again.map(({ endsAt }) => endsAt)).toEqual(Array(3).fill('2026-03-01T13:00:00.000Z'));
  });

  test('comes in requests that a proxy takes', async () => {
    const group = Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [`f${index}`, 'x'.repeat(1_000)]),
    );
    expect(await renew(50, { group })).toEqual({ kind: 'delivered' });
    expect(server.alerts).toHaveLength(50);
    expect(server.posts.length).toBeGreaterThan(1);
    for (const { body } of server.posts) expect(body.length).toBeLessThan(350_000);
  });

  test('is said as often as it must be: before it expires, and soon after a restart of the Alertmanager', () => {
    const everyMs = (expiresAfterMs?: number): number =>
      new AlertmanagerNotifier({
        name: 'ops/alertmanager',
        url: new Secret('http://127.0.0.1:9'),
        clock: new ManualClock(),
        ...(expiresAfterMs === undefined ? {} : { expiresAfterMs }),
      }).renewal.everyMs;
    expect([everyMs(), everyMs(600_000), everyMs(0)]).toEqual([300_000, 150_000, 1_000]);
  });

  test.each([
    ['is tried again where it was not taken for now', { status: 503 }, 'retry'],
    ['is refused where it was for good', { status: 400, body: 'no' }, 'rejected'],
  ] as const)('%s', async (_title, answer, kind) => {
    server.answer(answer);
    expect(await renew(2)).toMatchObject({ kind });
  });
});

describe('the alert of a digest', () => {
  test('is one for all, which ends by itself', () => {
    const alert = renderAlertmanagerDigest(stormDigest(), { ...render, nowMs: Date.UTC(2026, 2, 1, 15) });
    expect(alertFaults(alert)).toEqual([]);
    expect(alert).toMatchObject({
      labels: {
        alertname: 'tocsin-digest',
        severity: 'critical',
        source: 'tocsin',
        digest: stormDigest().id,
      },
      annotations: { count: '9834', summary: expect.stringMatching(/^9,637 more new incidents/) },
      startsAt: '2026-03-01T14:02:00.000Z',
      endsAt: '2026-03-01T16:00:00.000Z',
    });
  });
});

describe('the alert of an incident', () => {
  test('looks as it was agreed (golden file)', () => {
    const alerts = {
      opened: renderAlertmanager(sampleNotification(), render),
      resolved: renderAlertmanager(sampleNotification(resolvedIncident(), 'resolved'), render),
    };
    expectGolden(
      join(import.meta.dirname, 'render-alertmanager.golden.json'),
      `${JSON.stringify(alerts, null, 2)}\n`,
    );
  });

  test('that was quiet at once stands for five minutes, so that somebody is told', () => {
    const quiet = sampleNotification(resolvedIncident({ version: 1 }));
    expect(renderAlertmanager(quiet, render).endsAt).toBe('2026-03-01T12:05:00.000Z');
  });

  test('ends those of another severity that it may have been, once it may', () => {
    const notification = sampleNotification(sampleIncident({ severity: 'critical' }), 'raised');
    const former = renderFormer(notification, render);
    expect(former.flatMap(alertFaults)).toEqual([]);
    expect(former.map(({ labels }) => labels['severity'])).toEqual([
      'informational',
      'low',
      'medium',
      'high',
    ]);
    for (const { labels, endsAt } of former) {
      expect({ ...labels, severity: 'critical' }).toEqual(renderAlertmanager(notification, render).labels);
      expect(Date.parse(endsAt)).toBeLessThanOrEqual(nowMs);
    }
    expect(renderFormer(sampleNotification(), render)).toEqual([]);
  });

  test('never ends before it starts, and starts now at the latest', () => {
    const ahead = { firstSeen: '2026-03-01T12:04:00.000Z', '@timestamp': '2026-03-01T12:04:00.000Z' };
    const { startsAt, endsAt } = renderAlertmanager(
      sampleNotification(resolvedIncident(ahead), 'resolved'),
      render,
    );
    expect([startsAt, endsAt]).toEqual(['2026-03-01T12:00:00.000Z', '2026-03-01T12:00:00.000Z']);
  });

  test('has names that every Alertmanager takes, and none of its own is overwritten', () => {
    const group = {
      'source.ip': '1',
      severity: 'low',
      '0day': 'x',
      __proto__x: 'y',
      alertname: 'mine',
      ü: 'z',
    };
    const { labels } = renderAlertmanager(sampleNotification(sampleIncident({ group })), render);
    expect(labels).toEqual({
      alertname: 'ssh-brute-force',
      field_: 'z',
      field_0day: 'x',
      incident: '5f2c0a9be1d34c77',
      proto__x: 'y',
      severity: 'high',
      source: 'tocsin',
      source_ip: '1',
    });
  });

  test('is taken whatever an incident holds, and nobody is mentioned where its texts are put raw', () => {
    fc.assert(
      fc.property(hostileIncident, anyReason, (incident, reason) => {
        const alert = renderAlertmanager(sampleNotification(incident, reason), render);
        expect(alertFaults(alert)).toEqual([]);
        for (const text of Object.values({ ...alert.labels, ...alert.annotations })) {
          expect(text.replace(/[\n\t]/g, '')).not.toMatch(
            /[<>\p{Cc}\p{Bidi_Control}\u200b-\u200d\u2060\ufeff]/u,
          );
          expect(text.length).toBeLessThanOrEqual(8_000);
        }
      }),
    );
  });
});
