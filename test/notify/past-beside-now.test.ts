import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { digestDefaults } from '../../src/notify/digest-pace.ts';
import { SlackNotifier } from '../../src/notify/slack/slack-notifier.ts';
import { SmtpNotifier } from '../../src/notify/smtp/smtp-notifier.ts';
import type { Incident } from '../../src/shared/model/incident.ts';
import type { Clock } from '../../src/shared/ports/clock.ts';
import type { Notifier } from '../../src/shared/ports/notifier.ts';
import { Secret } from '../../src/shared/secret.ts';
import { RecordingLog } from '../support/recording-log.ts';
import { SlackStandIn } from '../support/slack-stand-in.ts';
import { TestSmtpServer } from '../support/smtp-server.ts';
import { range } from '../support/storm-world.ts';
import { type Happenings, type Heard, type Timeline, timeline } from '../support/timeline.ts';
import { fires, restarts } from '../support/timeline-steps.ts';

// What tocsin tells when it catches up with the past while something happens now, to a Slack that takes a message a
// second and to a real mail server.

const startMs = Date.UTC(2026, 2, 1, 12);
const patientMs = 300_000;

/** So many seconds after the start. */
const at = (seconds: number): Partial<Incident> => ({
  '@timestamp': new Date(startMs + seconds * 1_000).toISOString(),
  severity: 'medium',
});
const threeHoursAgo = at(-3 * 3_600);
const many = (name: string, count: number, parts: Partial<Incident>) =>
  range(0, count).map((number) => fires(`${name}${number}`, parts));

let slack: SlackStandIn;
let mail: TestSmtpServer;
let clock: Clock | null = null;
beforeEach(async () => {
  slack = await SlackStandIn.start({ nowMs: () => clock?.nowMs() ?? 0 });
  mail = await TestSmtpServer.start();
});
afterEach(async () => {
  await slack.stop();
  await mail.stop();
});

function notifierOf(name: string, lineClock: Clock): Notifier {
  clock = lineClock;
  const webhookUrl = new Secret(slack.webhookUrl);
  if (name === 'soc/slack') return new SlackNotifier({ name, webhookUrl, clock, timeoutMs: patientMs });
  const server = { host: '127.0.0.1', port: mail.port, requireTls: false, from: 'tocsin@example.org' };
  const limits = { dnsMs: patientMs, connectMs: patientMs, greetingMs: patientMs, silenceMs: patientMs };
  return new SmtpNotifier({
    name,
    server,
    to: ['soc@example.org'],
    log: new RecordingLog(),
    limits: { ...limits, messageMs: patientMs },
  });
}

/** Both channels of the receiver hear the same, and what arrived is what was sent. */
async function tells(happenings: Happenings, heard: readonly string[]): Promise<Timeline> {
  const both: Heard = { 'soc/email': heard, 'soc/slack': heard };
  const email = { to: ['soc@example.org'] };
  const line = await timeline(
    {
      routes: { receiver: 'soc' },
      receivers: { soc: { slack: { webhookUrl: new Secret(slack.webhookUrl) }, email } },
      digests: new Map(Object.keys(both).map((name) => [name, digestDefaults])),
      notifierOf,
      until: '5m',
      tick: '1s',
    },
    happenings,
    both,
  );
  expect(slack.messages).toHaveLength(heard.length);
  const counts = mail.mails.map((one) => Number(one.header('x-tocsin-count') ?? 1));
  expect(counts).toEqual(heard.map((one) => Number(/ of (\d+)$/.exec(one)?.[1] ?? 1)));
  return line;
}

describe('after an outage', () => {
  test('what happens now is told at once, beside one digest of the past', () =>
    tells(
      [['0s', ...many('past', 200, threeHoursAgo), fires('now', at(0))]],
      ['0s opened now', '10s past of 200'],
    ));

  test('the past may come in any order and at any speed', () =>
    tells(
      [
        ['0s', fires('now', at(0)), ...many('past', 150, threeHoursAgo)],
        ['3s', ...many('more', 500, threeHoursAgo), fires('then', at(3))],
        ['12s', ...many('yet', 30, threeHoursAgo), fires('later', at(12))],
      ],
      ['0s opened now', '3s opened then', '10s past of 650', '12s opened later', '1m10s past of 30'],
    ));

  test('a restart in the middle loses neither, and tells neither twice', () =>
    tells(
      [
        ['0s', ...many('past', 200, threeHoursAgo)],
        ['4s', fires('now', at(4)), restarts()],
      ],
      ['4s opened now', '10s past of 200'],
    ));

  test('a storm of now is told in one digest with the past, that comes no later', () =>
    tells(
      [
        ['0s', ...many('past', 200, threeHoursAgo), fires('now', at(0))],
        ['3s', ...many('storm', 300, at(3))],
      ],
      ['0s opened now', '10s behind of 500'],
    ));

  test('a storm of now behind the digest of the past is a digest of its own', () =>
    tells(
      [
        ['0s', ...many('past', 200, threeHoursAgo), fires('now', at(0))],
        ['20s', ...many('storm', 300, at(20))],
        ['30s', fires('critical', { ...at(30), severity: 'critical' })],
      ],
      ['0s opened now', '10s past of 200', '30s opened critical', '1m10s behind of 300'],
    ));
});
