import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { notifierContract } from '../../../test/contracts/notifier.ts';
import { ManualClock } from '../../../test/fakes/manual-clock.ts';
import { expectGolden } from '../../../test/support/golden.ts';
import { PagerDutyStandIn } from '../../../test/support/pagerduty-stand-in.ts';
import { hostileDigest, stormDigest } from '../../../test/support/sample-digest.ts';
import {
  anyReason,
  hostileIncident,
  resolvedIncident,
  sampleIncident,
  sampleNotification,
} from '../../../test/support/sample-incident.ts';
import { Secret } from '../../shared/secret.ts';
import { PagerDutyNotifier } from './pagerduty-notifier.ts';
import { renderPagerDuty } from './render-pagerduty.ts';
import { renderPagerDutyDigest } from './render-pagerduty-digest.ts';

const never = new AbortController().signal;
const { routingKey } = PagerDutyStandIn;

const notifierOf = (server: PagerDutyStandIn, timeoutMs = 300_000): PagerDutyNotifier =>
  new PagerDutyNotifier({
    name: 'oncall/pagerduty',
    routingKey: new Secret(routingKey),
    url: new Secret(server.url),
    clock: new ManualClock(),
    timeoutMs,
  });

notifierContract('PagerDuty', async (timeoutMs) => {
  const server = await new PagerDutyStandIn().start();
  return {
    notifier: notifierOf(server, timeoutMs),
    received: () =>
      server.events.map((event) => ({
        incidentId: String(event['dedup_key']),
        repeatId: `${event['dedup_key']} ${event['event_action']}`,
      })),
    overload: () => server.answer({ status: 429 }),
    refuse: () => server.answer({ status: 400, body: `{"errors":["no such routing key ${routingKey}"]}` }),
    fallSilent: () => server.answerAlways('hang'),
    goDown: () => server.stop(),
    comeBack: async () => {
      await server.start();
    },
    secrets: [routingKey],
    close: () => server.stop(),
  };
});

describe('PagerDuty', () => {
  let server: PagerDutyStandIn;
  beforeEach(async () => {
    server = await new PagerDutyStandIn().start();
  });
  afterEach(() => server.stop());

  test('has an alert for each incident: opened by the first event, resolved by the last', async () => {
    const notifier = notifierOf(server);
    await notifier.notify(sampleNotification(), never);
    await notifier.notify(sampleNotification(resolvedIncident(), 'resolved'), never);
    expect(server.events.map((event) => [event['event_action'], event['dedup_key']])).toEqual([
      ['trigger', '5f2c0a9be1d34c77'],
      ['resolve', '5f2c0a9be1d34c77'],
    ]);
  });

  test('hears of an incident that was quiet at once as opened and as over', async () => {
    server.answer({ status: 202 }, { status: 503 });
    const notifier = notifierOf(server);
    const quiet = sampleNotification(resolvedIncident({ version: 1 }));
    expect(await notifier.notify(quiet, never)).toMatchObject({ kind: 'retry' });
    expect(await notifier.notify(quiet, never)).toEqual({ kind: 'delivered' });
    expect(server.events.map((event) => event['event_action'])).toEqual(['trigger', 'trigger', 'resolve']);
  });
});

describe('the event of a digest', () => {
  test('is one alert for all, under its own key', () => {
    const event = renderPagerDutyDigest(stormDigest());
    expect(event).toMatchObject({
      event_action: 'trigger',
      dedup_key: stormDigest().id,
      payload: { severity: 'critical', class: 'digest', timestamp: '2026-03-01T14:02:59.000Z' },
    });
    expect(event.payload?.custom_details).toMatchObject({
      Severity: '99 critical, 1,869 high, 7,866 low',
      rules: [
        expect.stringMatching(/^7,866 × Port scan/),
        expect.stringMatching(/^1,869 /),
        expect.stringMatching(/^99 /),
      ],
      incidents: Array.from({ length: 20 }, () => expect.stringMatching(/^Critical: Root shell/)),
      more: '+9,814 more',
    });
  });

  test('is within what PagerDuty takes, whatever its incidents hold', () => {
    fc.assert(
      fc.property(hostileDigest, (digest) => {
        const event = renderPagerDutyDigest(digest);
        expect(event.payload?.summary.length).toBeLessThanOrEqual(1_024);
        expect(event.dedup_key.length).toBeLessThanOrEqual(255);
        expect(Buffer.byteLength(JSON.stringify(event))).toBeLessThan(512 * 1024);
      }),
    );
  });
});

describe('the events for PagerDuty', () => {
  test.each([
    { reason: 'opened', parts: {}, actions: ['trigger'] },
    { reason: 'reopened', parts: { version: 3 }, actions: ['trigger'] },
    { reason: 'resolved', parts: { status: 'resolved' }, actions: ['resolve'] },
    { reason: 'revised', parts: { status: 'resolved', reason: 'revised' }, actions: ['resolve'] },
    { reason: 'merged', parts: { status: 'merged', mergedInto: 'a1' }, actions: ['resolve'] },
    { reason: 'acknowledged', parts: { status: 'acknowledged' }, actions: ['acknowledge'] },
    { reason: 'opened', parts: { status: 'acknowledged' }, actions: ['trigger', 'acknowledge'] },
    { reason: 'raised', parts: { version: 2 }, actions: ['trigger'] },
    { reason: 'raised', parts: { status: 'acknowledged' }, actions: ['trigger', 'acknowledge'] },
    { reason: 'repeated', parts: {}, actions: ['trigger'] },
    { reason: 'escalated', parts: {}, actions: ['trigger'] },
  ] as const)('of an incident that was $reason are $actions', ({ reason, parts, actions }) => {
    const events = renderPagerDuty(sampleNotification(sampleIncident(parts), reason));
    expect(events.map(({ event_action }) => event_action)).toEqual(actions);
  });

  test.each([
    ['critical', 'critical'],
    ['high', 'error'],
    ['medium', 'warning'],
    ['low', 'info'],
    ['informational', 'info'],
  ] as const)('call %s %s', (severity, theirs) => {
    const [event] = renderPagerDuty(sampleNotification(sampleIncident({ severity })));
    expect(event?.payload?.severity).toBe(theirs);
  });

  test('look as they were agreed (golden file)', () => {
    const events = {
      opened: renderPagerDuty(sampleNotification()),
      resolved: renderPagerDuty(sampleNotification(resolvedIncident(), 'resolved')),
    };
    expectGolden(
      join(import.meta.dirname, 'render-pagerduty.golden.json'),
      `${JSON.stringify(events, null, 2)}\n`,
    );
  });

  test('are bounded, hide nothing and hold no link but their own, whatever an incident holds', () => {
    const values = hostileIncident.map((incident) => ({ ...incident, references: [], runbook: '' }));
    fc.assert(
      fc.property(values, anyReason, (incident, reason) => {
        for (const event of renderPagerDuty(sampleNotification(incident, reason))) {
          const shown = JSON.stringify({ ...event, links: [] });
          expect(Buffer.byteLength(shown)).toBeLessThan(512 * 1024);
          expect(shown).not.toMatch(/:\/\/|[\p{Cc}\p{Bidi_Control}\u200b-\u200d\u2060\ufeff]/u);
          expect(shown).not.toMatch(/(?<!\\)\\u(?:00[01]|202|206|d8|fe)/);
        }
      }),
    );
  });
});
