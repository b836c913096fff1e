import { isDigest } from '../../shared/model/notification.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { Delivery, Message, Notifier } from '../../shared/ports/notifier.ts';
import type { Secret } from '../../shared/secret.ts';
import { webLink } from '../message/web-link.ts';
import { postJson } from './post-json.ts';
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
  /** The page of an incident; left out where there is none. */
  readonly linkOf?: (incidentId: string) => string;
  /** Time limit of one request, milliseconds. Default 10 s. */
  readonly timeoutMs?: number;
}

/**
 * POSTs the incident's document as JSON: the same as on the incidents topic, with its CloudEvents attributes as headers
 * (HTTP binding, binary mode). A digest, which comes only where this is somebody's fallback, is posted as it is, as
 * `tocsin.digest.v1`. `idempotency-key`, `webhook-id` and `ce-id` are the notification's id: equal in a repeat.
 */
export class WebhookNotifier implements Notifier {
  readonly name: string;
  readonly #options: WebhookNotifierOptions;

  constructor(options: WebhookNotifierOptions) {
    this.name = options.name;
    this.#options = options;
  }

  async notify(message: Message, signal: AbortSignal): Promise<Delivery> {
    const { url, headers = {}, secret, clock, timeoutMs } = this.#options;
    const body = JSON.stringify(isDigest(message) ? message : message.incident);
    const secrets = [...Object.values(headers), ...(secret === undefined ? [] : [secret])];
    return postJson({
      url,
      body,
      headers: this.#headers(message, body),
      secrets: secrets.map((one) => one.reveal()),
      clock,
      timeoutMs,
      signal,
    });
  }

  async close(): Promise<void> {
    // Nothing is held between two requests.
  }

  /** What is configured first: tocsin's own win over it. */
  #headers(message: Message, body: string): Record<string, string> {
    const { id } = message;
    const { type, time, subject } = eventOf(message);
    const { headers = {}, secret, source, clock, linkOf } = this.#options;
    const page =
      linkOf === undefined || isDigest(message) ? null : webLink(linkOf(message.incident.id), 2_000);
    const timestampSeconds = Math.floor(clock.nowMs() / 1000);
    return {
      ...Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value.reveal()]),
      ),
      'idempotency-key': id,
      'ce-specversion': '1.0',
      'ce-id': id,
      'ce-type': type,
      'ce-source': headerText(source),
      'ce-time': time,
      'ce-subject': headerText(subject),
      ...(page === null ? {} : { 'tocsin-url': page }),
      'webhook-id': id,
      'webhook-timestamp': String(timestampSeconds),
      ...(secret === undefined
        ? {}
        : { 'webhook-signature': signWebhook(secret.reveal(), { id, timestampSeconds, body }) }),
    };
  }
}

/** A digest is an event of its own: what it is about is itself. */
function eventOf(message: Message): { type: string; time: string; subject: string } {
  if (isDigest(message)) return { type: 'tocsin.digest.v1', time: message.lastSeen, subject: message.id };
  const { reason, incident } = message;
  return { type: `tocsin.incident.${reason}.v1`, time: incident['@timestamp'], subject: incident.id };
}

/** Header values are ASCII; everything else is percent-encoded (CloudEvents HTTP binding, 3.1.3.2). */
const headerText = (text: string): string =>
  text.toWellFormed().replace(/[^!#-$&-~]/gu, (character) => encodeURIComponent(character));
