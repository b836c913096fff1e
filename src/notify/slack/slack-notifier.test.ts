import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { notifierContract } from '../../../test/contracts/notifier.ts';
import { ManualClock } from '../../../test/fakes/manual-clock.ts';
import { sampleNotification } from '../../../test/support/sample-incident.ts';
import { SlackStandIn } from '../../../test/support/slack-stand-in.ts';
import { Secret } from '../../shared/secret.ts';
import { SlackNotifier } from './slack-notifier.ts';

const never = new AbortController().signal;

const notifierOf = (slack: SlackStandIn, timeoutMs = 300_000): SlackNotifier =>
  new SlackNotifier({
    name: 'soc/slack',
    webhookUrl: new Secret(slack.webhookUrl),
    clock: new ManualClock(),
    timeoutMs,
  });

notifierContract('Slack', async (timeoutMs) => {
  const slack = await SlackStandIn.start();
  return {
    notifier: notifierOf(slack, timeoutMs),
    received: () =>
      slack.messages.map(({ message }) => {
        // Slack has no ids of messages: people know a repeat by the incident and the headline.
        const incidentId = /\(incident (\w+)\)$/.exec(message.text)?.[1] ?? '';
        return { incidentId, repeatId: message.text };
      }),
    overload: () => slack.rateLimit(30),
    // A body that quotes the address, as proxies do.
    refuse: () => slack.answer({ status: 404, body: `no_service ${slack.webhookUrl}` }),
    fallSilent: () => slack.answerAlways('hang'),
    goDown: () => slack.stop(),
    comeBack: async () => {
      await slack.start();
    },
    secrets: [slack.webhookUrl, '/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX'],
    close: () => slack.stop(),
  };
});

describe('Slack', () => {
  let slack: SlackStandIn;
  let notifier: SlackNotifier;
  beforeEach(async () => {
    slack = await SlackStandIn.start();
    notifier = notifierOf(slack);
  });
  afterEach(() => slack.stop());

  const notify = () => notifier.notify(sampleNotification(), never);

  test('says how long to wait, in the header or in the body', async () => {
    slack.rateLimit(30);
    expect(await notify()).toMatchObject({ kind: 'retry', reason: 'rate-limited', afterMs: 30_000 });
    slack.answer({ status: 429, body: '{"retry_after":2,"ok":false,"error":"rate_limited"}' });
    expect(await notify()).toMatchObject({ kind: 'retry', reason: 'rate-limited', afterMs: 2_000 });
  });

  test.each(['invalid_blocks', 'invalid_payload', 'user_not_found'])(
    'gets plain text after %s',
    async (body) => {
      slack.answer({ status: 400, body });
      expect(await notify()).toEqual({ kind: 'delivered' });
      expect(slack.posts).toHaveLength(2);
      expect(slack.messages[0]?.message.blocks).toBeUndefined();
      expect(slack.messages[0]?.message.text).toContain('5f2c0a9be1d34c77');
    },
  );

  test('that is too busy for the plain text after it refused the blocks gets that alone', async () => {
    slack.answer({ status: 400, body: 'invalid_blocks' });
    slack.rateLimit(1);
    expect(await notify()).toEqual({
      kind: 'retry',
      reason: 'rate-limited',
      detail: expect.any(String),
      afterMs: 1_000,
    });
    expect(await notify()).toEqual({ kind: 'delivered' });
    expect(slack.posts.map(({ body }) => body.includes('"blocks"'))).toEqual([true, false, false]);
    expect(await notify()).toEqual({ kind: 'delivered' });
    expect(slack.posts.at(-1)?.body).toContain('"blocks"');
  });

  test('gets nothing more when it refuses plain text too', async () => {
    slack.answer({ status: 400, body: 'invalid_blocks' }, { status: 400, body: 'invalid_payload' });
    expect(await notify()).toMatchObject({ kind: 'rejected', reason: 'client' });
    expect(slack.posts).toHaveLength(2);
  });

  test.each([
    { status: 403, body: 'action_prohibited', kind: 'rejected', reason: 'auth' },
    { status: 404, body: 'channel_not_found', kind: 'rejected', reason: 'client' },
    { status: 410, body: 'channel_is_archived', kind: 'rejected', reason: 'client' },
    { status: 500, body: 'rollup_error', kind: 'retry', reason: 'server' },
    { status: 503, body: '', kind: 'retry', reason: 'server' },
  ])('$status $body: $kind, after one post', async ({ status, body, kind, reason }) => {
    slack.answer({ status, body });
    expect(await notify()).toMatchObject({ kind, reason, detail: expect.stringContaining(body) });
    expect(slack.posts).toHaveLength(1);
  });

  test('is not followed elsewhere', async () => {
    slack.answer({ status: 302, headers: { location: `${slack.origin}/elsewhere` } });
    expect(await notify()).toMatchObject({ kind: 'rejected', reason: 'client' });
    expect(slack.posts).toHaveLength(1);
  });

  test('an answer without end is cut off', async () => {
    slack.answer({ status: 500, body: 'x'.repeat(5_000_000) });
    const delivery = await notify();
    expect(JSON.stringify(delivery).length).toBeLessThan(400);
  });
});
