import type { Incident } from '../../shared/model/incident.ts';
import { isDigest } from '../../shared/model/notification.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { Delivery, Message, Notifier } from '../../shared/ports/notifier.ts';
import { Secret } from '../../shared/secret.ts';
import { postJson } from '../http/post-json.ts';
import type { MessageOptions } from '../message/message-content.ts';
import {
  type AlertmanagerAlert,
  type AlertmanagerOptions,
  renderAlertmanager,
  renderFormer,
  renderStanding,
} from './render-alertmanager.ts';
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

/** An Alertmanager that was restarted knows no alert any more, however long they were to stand. */
const renewEveryMaxMs = 300_000;
const renewEveryMinMs = 1_000;

/** Characters of alerts in one request: proxies take 1 MiB by default, and a character is three bytes at most. */
const bodyMax = 300_000;

/**
 * Posts alerts to the v2 API of a Prometheus Alertmanager. Equal labels are one alert there, so a repeat changes nothing;
 * what stands is posted again four times before it would expire, every five minutes at least, as Prometheus does.
 */
export class AlertmanagerNotifier implements Notifier {
  readonly name: string;
  readonly renewal: NonNullable<Notifier['renewal']>;
  readonly #options: AlertmanagerNotifierOptions;
  readonly #url: Secret;
  readonly #expiresAfterMs: number;

  constructor(options: AlertmanagerNotifierOptions) {
    this.name = options.name;
    this.#options = options;
    this.#url = new Secret(`${options.url.reveal().replace(/\/+$/, '')}/api/v2/alerts`);
    this.#expiresAfterMs = options.expiresAfterMs ?? dayMs;
    this.renewal = {
      everyMs: Math.max(renewEveryMinMs, Math.min(this.#expiresAfterMs / 4, renewEveryMaxMs)),
      renew: (incidents, signal) => this.#renew(incidents, signal),
    };
  }

  async notify(message: Message, signal: AbortSignal): Promise<Delivery> {
    const options = this.#render();
    const alerts = isDigest(message)
      ? [renderAlertmanagerDigest(message, options)]
      : [renderAlertmanager(message, options), ...renderFormer(message, options)];
    return this.#post(JSON.stringify(alerts), signal);
  }

  async close(): Promise<void> {
    // Nothing is held between two requests.
  }

  /** In as many requests as it takes; what the last failure was counts for all. */
  async #renew(incidents: readonly Incident[], signal: AbortSignal): Promise<Delivery> {
    let came: Delivery = { kind: 'delivered' };
    for (const body of bodiesOf(incidents.map((incident) => renderStanding(incident, this.#render())))) {
      const delivery = await this.#post(body, signal);
      if (delivery.kind === 'retry') return delivery;
      if (delivery.kind === 'rejected') came = delivery;
    }
    return came;
  }

  #render(): AlertmanagerOptions {
    const { clock, labels = {}, message } = this.#options;
    return { ...message, nowMs: clock.nowMs(), expiresAfterMs: this.#expiresAfterMs, labels };
  }

  #post(body: string, signal: AbortSignal): Promise<Delivery> {
    const { headers = {}, clock, timeoutMs } = this.#options;
    const revealed = Object.entries(headers).map(([name, value]) => [name, value.reveal()] as const);
    return postJson({
      url: this.#url,
      body,
      headers: Object.fromEntries(revealed),
      secrets: revealed.map(([, value]) => value),
      clock,
      timeoutMs,
      signal,
    });
  }
}

/** Alerts as lists in JSON, each no longer than it may be, or of one alert. */
function bodiesOf(alerts: readonly AlertmanagerAlert[]): string[] {
  const bodies: string[][] = [[]];
  let length = 0;
  for (const text of alerts.map((alert) => JSON.stringify(alert))) {
    length += text.length;
    if (length > bodyMax && length > text.length) {
      bodies.push([]);
      length = text.length;
    }
    bodies.at(-1)?.push(text);
  }
  return bodies.filter((texts) => texts.length > 0).map((texts) => `[${texts.join(',')}]`);
}
