import { isDigest } from '../../shared/model/notification.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { Delivery, Message, Notifier } from '../../shared/ports/notifier.ts';
import { Secret } from '../../shared/secret.ts';
import { postJson } from '../http/post-json.ts';
import type { MessageOptions } from '../message/message-content.ts';
import { renderAlertmanager } from './render-alertmanager.ts';
import { renderAlertmanagerDigest } from './render-alertmanager-digest.ts';

export interface AlertmanagerNotifierOptions {
  /** Receiver and channel, such as `ops/alertmanager`. */
  readonly name: string;
  /** Its address as people open it; `/api/v2/alerts` is added. */
  readonly url: Secret;
  /** More headers, such as `authorization`. */
  readonly headers?: Readonly<Record<string, Secret>>;
  readonly labels?: Readonly<Record<string, string>>;
  /** Default 24 hours. */
  readonly expiresAfterMs?: number;
  readonly clock: Clock;
  /** Time limit of one request, milliseconds. Default 10 s. */
  readonly timeoutMs?: number;
  readonly message?: MessageOptions;
}

const dayMs = 86_400_000;

/** Posts alerts to the v2 API of a Prometheus Alertmanager. Equal labels are one alert there, so a repeat changes nothing. */
export class AlertmanagerNotifier implements Notifier {
  readonly name: string;
  readonly #options: AlertmanagerNotifierOptions;
  readonly #url: Secret;

  constructor(options: AlertmanagerNotifierOptions) {
    this.name = options.name;
    this.#options = options;
    this.#url = new Secret(`${options.url.reveal().replace(/\/+$/, '')}/api/v2/alerts`);
  }

  async notify(message: Message, signal: AbortSignal): Promise<Delivery> {
    const {
      headers = {},
      clock,
      timeoutMs,
      labels = {},
      message: options,
      expiresAfterMs = dayMs,
    } = this.#options;
    const parts = { ...options, nowMs: clock.nowMs(), expiresAfterMs, labels };
    const alert = isDigest(message)
      ? renderAlertmanagerDigest(message, parts)
      : renderAlertmanager(message, parts);
    const revealed = Object.entries(headers).map(([name, value]) => [name, value.reveal()] as const);
    return postJson({
      url: this.#url,
      body: JSON.stringify([alert]),
      headers: Object.fromEntries(revealed),
      secrets: revealed.map(([, value]) => value),
      clock,
      timeoutMs,
      signal,
    });
  }

  async close(): Promise<void> {
    // Nothing is held between two requests.
  }
}
