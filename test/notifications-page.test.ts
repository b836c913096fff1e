import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { WebhookNotifier } from '../src/notify/http/webhook-notifier.ts';
import { parseMessageTemplate } from '../src/notify/message/message-template.ts';
import { Secret } from '../src/shared/secret.ts';
import { ManualClock } from './fakes/manual-clock.ts';
import { HttpStandIn } from './support/http-stand-in.ts';
import { codeIn, readPage } from './support/markdown.ts';
import { sampleNotification } from './support/sample-incident.ts';

// The page about notifications is held to: its code is run, its names are looked up.

const page = readPage('docs/notifications.md');
const block = (language: string, having: string): string =>
  page.blocks.find((each) => each.language === language && each.text.includes(having))?.text ?? '';

type Verify = (request: {
  headers: Readonly<Record<string, unknown>>;
  body: string;
  secret: string;
  nowMs: number;
}) => boolean;

/** The example as a reader would save it. */
async function exampleOf(code: string): Promise<Verify> {
  const module: unknown = await import(`data:text/javascript,${encodeURIComponent(code)}`);
  return (module as { isFromTocsin: Verify }).isFromTocsin;
}

describe('the example that verifies a webhook', () => {
  test.each(['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'any text will do'])(
    'takes what tocsin signed with %s, and nothing else',
    async (secret) => {
      const isFromTocsin = await exampleOf(block('js', 'isFromTocsin'));
      const server = await new HttpStandIn().start();
      const clock = new ManualClock();
      const url = new Secret(server.origin);
      const notifier = new WebhookNotifier({
        name: 'soar/webhook',
        url,
        secret: new Secret(secret),
        source: 'urn:tocsin:test',
        clock,
      });
      await notifier.notify(sampleNotification(), new AbortController().signal);
      await server.stop();
      const { headers, body } = server.posts[0]!;
      const request = { headers, body, secret, nowMs: clock.nowMs() };
      expect(isFromTocsin(request)).toBe(true);
      expect(isFromTocsin({ ...request, body: `${body} ` })).toBe(false);
      expect(isFromTocsin({ ...request, secret: 'another' })).toBe(false);
      expect(isFromTocsin({ ...request, nowMs: clock.nowMs() + 301_000 })).toBe(false);
      expect(isFromTocsin({ ...request, headers: { ...headers, 'webhook-id': 'x' } })).toBe(false);
      const forged = `v1,${createHmac('sha256', 'x').update(body).digest('base64')}`;
      expect(isFromTocsin({ ...request, headers: { ...headers, 'webhook-signature': forged } })).toBe(false);
    },
  );
});

describe('the templates on the page', () => {
  test('have no faults', () => {
    const template = JSON.parse(block('json', '"body"')) as Record<string, string>;
    for (const text of Object.values(template)) expect(parseMessageTemplate(text).faults).toEqual([]);
  });

  test('may use every name that the page lists', () => {
    const [, list = ''] =
      /`\{\{ name \}\}` is a value: ([\s\S]*?)There are two filters/.exec(page.prose) ?? [];
    const names = codeIn(list);
    expect(names.length).toBeGreaterThan(20);
    for (const name of names) expect(parseMessageTemplate(`{{ ${name} }}`).faults).toEqual([]);
  });
});
