import type { Clock } from '../../shared/ports/clock.ts';
import type { Delivery, Notification, Notifier } from '../../shared/ports/notifier.ts';
import type { Secret } from '../../shared/secret.ts';
import { classifyReply, retryAfterMs, withoutSecrets } from '../classify-reply.ts';
import { boundedText } from './bounded-text.ts';
import { networkFailure } from './network-failure.ts';
import { signWebhook } from './sign-webhook.ts';

export interface WebhookNotifierOptions {
  /** Receiver and channel, such as `soar/webhook`. */
  readonly name: string;
  readonly url: Secret;
  readonly headers?: Readonly<Record<string, Secret>>;
  /** Signs each request (Standard Webhooks). */
  readonly secret?: Secret;
  /** `ce-source`, the same as on the topics. */
  readonly source: string;
  readonly clock: Clock;
  /** Time limit of one request, milliseconds. Default 10 s. */
  readonly timeoutMs?: number;
}

/**
 * POSTs the incident's document as JSON: the same as on the incidents topic, with its CloudEvents attributes as headers
 * (HTTP binding, binary mode). `idempotency-key`, `webhook-id` and `ce-id` are the notification's id: equal in a repeat.
 */
export class WebhookNotifier implements Notifier {
  readonly name: string;
  readonly #options: WebhookNotifierOptions;

  constructor(options: WebhookNotifierOptions) {
    this.name = options.name;
    this.#options = options;
  }

  async notify(notification: Notification, signal: AbortSignal): Promise<Delivery> {
    const { url, clock, timeoutMs = 10_000 } = this.#options;
    const body = JSON.stringify(notification.incident);
    try {
      const response = await fetch(url.reveal(), {
        method: 'POST',
        headers: this.#headers(notification, body),
        body,
        // A redirect is an answer like any other: not followed, for it could lead anywhere.
        redirect: 'manual',
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      });
      const said = await boundedText(response, 4_096);
      const afterMs = retryAfterMs(response.headers.get('retry-after'), { body: said, nowMs: clock.nowMs() });
      const reply = { status: response.status, body: withoutSecrets(said, this.#secrets()) };
      return classifyReply(afterMs === undefined ? reply : { ...reply, retryAfterMs: afterMs });
    } catch (error) {
      return networkFailure(error);
    }
  }

  async close(): Promise<void> {
    // Nothing is held between two requests.
  }

  #headers({ id, reason, incident }: Notification, body: string): Headers {
    const { headers = {}, secret, source, clock } = this.#options;
    const timestampSeconds = Math.floor(clock.nowMs() / 1000);
    const own: Record<string, string> = {
      'content-type': 'application/json',
      'user-agent': 'tocsin',
      'idempotency-key': id,
      'ce-specversion': '1.0',
      'ce-id': id,
      'ce-type': `tocsin.incident.${reason}.v1`,
      'ce-source': headerText(source),
      'ce-time': incident['@timestamp'],
      'ce-subject': headerText(incident.id),
      'webhook-id': id,
      'webhook-timestamp': String(timestampSeconds),
    };
    if (secret !== undefined) {
      own['webhook-signature'] = signWebhook(secret.reveal(), { id, timestampSeconds, body });
    }
    const all = new Headers(
      Object.entries(headers).map(([name, value]) => [name, value.reveal()] as [string, string]),
    );
    for (const [name, value] of Object.entries(own)) all.set(name, value);
    return all;
  }

  #secrets(): string[] {
    const { url, headers = {}, secret } = this.#options;
    const revealed = [url, ...Object.values(headers), ...(secret === undefined ? [] : [secret])];
    return [...revealed.map((one) => one.reveal()), pathOf(url.reveal())];
  }
}

/** The part of an address that holds its key, as an answer may quote it. */
const pathOf = (address: string): string => {
  const parsed = URL.parse(address);
  return parsed === null ? '' : `${parsed.pathname}${parsed.search}`;
};

/** Header values are ASCII; everything else is percent-encoded (CloudEvents HTTP binding, 3.1.3.2). */
const headerText = (text: string): string =>
  text.toWellFormed().replace(/[^!#-$&-~]/gu, (character) => encodeURIComponent(character));
