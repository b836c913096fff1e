import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { notifierContract } from '../../../test/contracts/notifier.ts';
import { ManualClock } from '../../../test/fakes/manual-clock.ts';
import { HttpStandIn } from '../../../test/support/http-stand-in.ts';
import { groupedDigest } from '../../../test/support/sample-digest.ts';
import { sampleIncident, sampleNotification } from '../../../test/support/sample-incident.ts';
import { Secret } from '../../shared/secret.ts';
import { WebhookNotifier, type WebhookNotifierOptions } from './webhook-notifier.ts';

const never = new AbortController().signal;
const signingKey = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

const notifierOf = (server: HttpStandIn, parts: Partial<WebhookNotifierOptions> = {}): WebhookNotifier =>
  new WebhookNotifier({
    name: 'soar/webhook',
    url: new Secret(`${server.origin}/hooks/k3y-in-the-path`),
    headers: { authorization: new Secret('Bearer t0k3n'), 'Idempotency-Key': new Secret('mine') },
    source: 'urn:tocsin:test',
    clock: new ManualClock(),
    timeoutMs: 300_000,
    ...parts,
  });

notifierContract('a webhook', async (timeoutMs) => {
  const server = await new HttpStandIn().start();
  return {
    notifier: notifierOf(server, { secret: new Secret(signingKey), timeoutMs }),
    received: () =>
      server.accepted.map(({ headers, body }) => ({
        incidentId: (JSON.parse(body) as { id: string }).id,
        repeatId: String(headers['idempotency-key']),
      })),
    overload: () => server.answer({ status: 503, headers: { 'retry-after': '5' } }),
    refuse: () =>
      server.answer({
        status: 401,
        body: `Bearer t0k3n is not welcome at ${server.origin}/hooks/k3y-in-the-path`,
      }),
    fallSilent: () => server.answerAlways('hang'),
    goDown: () => server.stop(),
    comeBack: async () => {
      await server.start();
    },
    secrets: ['t0k3n', 'k3y-in-the-path', signingKey],
    close: () => server.stop(),
  };
});

describe('a webhook', () => {
  let server: HttpStandIn;
  beforeEach(async () => {
    server = await new HttpStandIn().start();
  });
  afterEach(() => server.stop());

  test('gets the document of the incidents topic, with its CloudEvents attributes as headers', async () => {
    await notifierOf(server).notify(sampleNotification(), never);
    const [post] = server.posts;
    expect(JSON.parse(post!.body)).toEqual(sampleIncident());
    expect(post!.headers).toMatchObject({
      'content-type': 'application/json',
      'idempotency-key': 'n-5f2c0a9be1d34c77-opened',
      'ce-specversion': '1.0',
      'ce-id': 'n-5f2c0a9be1d34c77-opened',
      'ce-type': 'tocsin.incident.opened.v1',
      'ce-source': 'urn:tocsin:test',
      'ce-time': '2026-03-01T10:03:00.000Z',
      'ce-subject': '5f2c0a9be1d34c77',
      authorization: 'Bearer t0k3n',
    });
    expect(post!.headers['webhook-signature']).toBeUndefined();
  });

  test('can check who sent it, by the Standard Webhooks signature', async () => {
    await notifierOf(server, { secret: new Secret(signingKey) }).notify(sampleNotification(), never);
    const { headers, body } = server.posts[0]!;
    const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
    const key = Buffer.from(signingKey.slice('whsec_'.length), 'base64');
    expect(headers['webhook-signature']).toBe(
      `v1,${createHmac('sha256', key).update(signed).digest('base64')}`,
    );
  });

  test('takes a digest as it is, as an event of its own', async () => {
    const digest = groupedDigest();
    await notifierOf(server).notify(digest, never);
    const [post] = server.posts;
    expect(post?.headers).toMatchObject({
      'ce-type': 'tocsin.digest.v1',
      'ce-subject': digest.id,
      'ce-id': digest.id,
      'ce-time': digest.lastSeen,
      'idempotency-key': digest.id,
    });
    expect(JSON.parse(post?.body ?? '')).toEqual(digest);
  });

  test('is not followed elsewhere, with all the headers', async () => {
    server.answer({ status: 307, headers: { location: `${server.origin}/elsewhere` } });
    expect(await notifierOf(server).notify(sampleNotification(), never)).toMatchObject({ kind: 'rejected' });
    expect(server.posts.map(({ path }) => path)).toEqual(['/hooks/k3y-in-the-path']);
  });

  test('is told to wait by its own Retry-After', async () => {
    server.answer({ status: 503, headers: { 'retry-after': '7' } });
    expect(await notifierOf(server).notify(sampleNotification(), never)).toMatchObject({
      kind: 'retry',
      afterMs: 7_000,
    });
  });

  test('that drops the connection may be tried again', async () => {
    server.answer('drop');
    expect(await notifierOf(server).notify(sampleNotification(), never)).toMatchObject({
      kind: 'retry',
      reason: 'network',
    });
  });
});
