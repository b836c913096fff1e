import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { createColors } from 'picocolors';
import { describe, test } from 'vitest';
import { noticeLines } from '../src/cli/notice-lines.ts';
import { incidentPage, incidentTable } from '../src/cli/show-incident.ts';
import { renderAlertmanager } from '../src/notify/alertmanager/render-alertmanager.ts';
import { renderAlertmanagerDigest } from '../src/notify/alertmanager/render-alertmanager-digest.ts';
import { WebhookNotifier } from '../src/notify/http/webhook-notifier.ts';
import { incidentReport } from '../src/notify/message/incident-report.ts';
import { renderIncidentList, renderIncidentPage } from '../src/notify/page/render-incident-page.ts';
import { renderPagerDuty } from '../src/notify/pagerduty/render-pagerduty.ts';
import { renderPagerDutyDigest } from '../src/notify/pagerduty/render-pagerduty-digest.ts';
import { renderSlack, renderSlackText } from '../src/notify/slack/render-slack.ts';
import { mailThread } from '../src/notify/smtp/mail-thread.ts';
import { renderMail } from '../src/notify/smtp/render-mail.ts';
import { renderTeams } from '../src/notify/teams/render-teams.ts';
import type { HistoryEntry, Incident } from '../src/shared/model/incident.ts';
import type { Notice } from '../src/shared/model/notice.ts';
import type { Message, Notification, NotifyReason } from '../src/shared/model/notification.ts';
import { Secret } from '../src/shared/secret.ts';
import { ManualClock } from './fakes/manual-clock.ts';
import { expectGolden } from './support/golden.ts';
import { HttpStandIn } from './support/http-stand-in.ts';
import { groupedDigest, pastDigest, stormDigest } from './support/sample-digest.ts';
import { resolvedIncident, sampleIncident, sampleNotification } from './support/sample-incident.ts';

// Every reason by every channel, and what else is shown: beside the golden files of each renderer, which go deeper.

const by = (what: HistoryEntry['what'], parts: Partial<HistoryEntry> = {}): Pick<Incident, 'history'> => ({
  history: [
    ...sampleIncident().history,
    { time: '2026-03-01T10:05:00.000Z', what, who: 'anna', version: 2, note: 'a pentest', ...parts },
  ],
});

const incidents: Readonly<Record<NotifyReason, Incident>> = {
  opened: sampleIncident(),
  reopened: sampleIncident({ version: 4, flaps: 2, events: 14, firings: 2 }),
  resolved: resolvedIncident({ reason: 'person', ...by('resolved') }),
  revised: resolvedIncident({ reason: 'revised' }),
  merged: sampleIncident({
    version: 2,
    status: 'merged',
    reason: 'person',
    mergedInto: 'a1b2c3',
    ...by('merged'),
  }),
  acknowledged: sampleIncident({ version: 2, status: 'acknowledged', ...by('acknowledged') }),
  raised: sampleIncident({
    version: 2,
    severity: 'critical',
    severitySetBy: 'anna',
    ...by('severity-changed', { from: 'high', to: 'critical' }),
  }),
  repeated: sampleIncident({
    version: 5,
    assignee: 'ben',
    events: 412,
    lastSeen: '2026-03-02T09:00:00.000Z',
  }),
  escalated: sampleIncident({ version: 3, events: 1_412 }),
};

const notifications = Object.entries(incidents).map(([reason, incident]) =>
  sampleNotification(incident, reason as NotifyReason),
);
const digests = { storm: stormDigest(), grouped: groupedDigest(), past: pastDigest() };
const render = { nowMs: Date.UTC(2026, 2, 1, 12), expiresAfterMs: 3_600_000 };

/** What a channel makes of each reason, and what else is to be held. */
function expectShape(name: string, of: (notification: Notification) => unknown, others: object = {}): void {
  const shapes = Object.fromEntries(notifications.map((one) => [one.reason, of(one)]));
  expectText(`${name}.golden.json`, `${JSON.stringify({ ...shapes, ...others }, null, 2)}\n`);
}

const expectText = (file: string, text: string): void =>
  expectGolden(join(import.meta.dirname, 'golden', file), text);

const mapped = <T>(of: (digest: (typeof digests)['storm']) => T): object =>
  Object.fromEntries(Object.entries(digests).map(([name, digest]) => [name, of(digest)]));

describe('every reason looks as it was agreed (golden files)', () => {
  test('in Slack, with blocks and without', () => {
    expectShape('slack', (one) => [renderSlack(one), renderSlackText(one)]);
  });

  test('in a mail, with its thread', () => {
    expectShape('mail', (one) => {
      const { subject, text } = renderMail(one);
      return { subject, text: text.split('\n'), ...mailThread(one, 'tocsin <tocsin@example.org>') };
    });
  });

  test('in Teams', () => {
    expectShape('teams', (one) => renderTeams(one));
  });

  test('in PagerDuty, digests too', () => {
    expectShape(
      'pagerduty',
      (one) => renderPagerDuty(one),
      mapped((one) => renderPagerDutyDigest(one)),
    );
  });

  test('in an Alertmanager, digests too', () => {
    const digest = mapped((one) => renderAlertmanagerDigest(one, render));
    expectShape('alertmanager', (one) => renderAlertmanager(one, render), digest);
  });

  test('at a webhook, digests too', async () => {
    const server = await new HttpStandIn().start();
    const notifier = new WebhookNotifier({
      name: 'soar/webhook',
      url: new Secret(server.origin),
      secret: new Secret('a secret'),
      source: 'urn:tocsin:test',
      clock: new ManualClock(),
      linkOf: (id) => `https://tocsin.example.org/incidents/${id}`,
      timeoutMs: 300_000,
    });
    const messages: Message[] = [...notifications, digests.grouped];
    for (const message of messages) await notifier.notify(message, new AbortController().signal);
    await server.stop();
    const own = /^(?:ce-|webhook-|tocsin-|idempotency-key|content-type|user-agent)/;
    // The whole document twice is enough: schemas/ hold its shape.
    const bodies = new Set<unknown>(['tocsin.incident.opened.v1', 'tocsin.digest.v1']);
    const posts = server.posts.map(({ headers, body }) => ({
      headers: Object.fromEntries(Object.entries(headers).filter(([name]) => own.test(name))),
      body: bodies.has(headers['ce-type'] ?? '') ? (JSON.parse(body) as unknown) : '...',
    }));
    expectText('webhook.golden.json', `${JSON.stringify(posts, null, 2)}\n`);
  });
});

describe('an incident looks as it was agreed (golden files)', () => {
  const told: readonly Notice[] = [
    { at: '2026-03-01T10:03:00.412Z', receiver: 'soc', told: true, reason: 'opened', detail: 'by routes' },
    {
      at: '2026-03-01T10:03:00.911Z',
      receiver: 'soc/slack',
      told: false,
      reason: 'given-up',
      detail: 'answered 404: no_service; tocsin outbox retry 7 sends it again',
    },
  ];
  const description = 'Many failed logins\nfrom one address.';
  const linkOf = (id: string): string => `https://tocsin.example.org/incidents/${id}`;
  const report = incidentReport(incidents.raised, { notices: told, description, linkOf });

  test('on its page, and in the list', () => {
    expectText('page.golden.html', renderIncidentPage(report));
    expectText('list.golden.html', renderIncidentList(Object.values(incidents)));
  });

  test('in the terminal, and in the list', () => {
    const terminal = {
      out: new PassThrough(),
      err: new PassThrough(),
      isScreen: false,
      colours: createColors(false),
    };
    const page = [...incidentPage(terminal, report), ...noticeLines(terminal, told)];
    const list = incidentTable(terminal, Object.values(incidents));
    expectText('terminal.golden.txt', `${[...page, '', ...list].join('\n')}\n`);
  });
});
