import { isDigest } from '../../shared/model/notification.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { Delivery, Message, Notifier } from '../../shared/ports/notifier.ts';
import { Secret } from '../../shared/secret.ts';
import { postJson } from '../http/post-json.ts';
import type { MessageOptions } from '../message/message-content.ts';
import { renderPagerDuty } from './render-pagerduty.ts';
import { renderPagerDutyDigest } from './render-pagerduty-digest.ts';

/** The service regions' address for events; the European one is events.eu.pagerduty.com. */
const pagerDutyUrl = 'https://events.pagerduty.com/v2/enqueue';

export interface PagerDutyNotifierOptions {
  /** Receiver and channel, such as `oncall/pagerduty`. */
  readonly name: string;
  /** Whoever has it can page. */
  readonly routingKey: Secret;
  /** Default: PagerDuty's own. */
  readonly url?: Secret;
  readonly clock: Clock;
  /** Time limit of one event, milliseconds. Default 10 s. */
  readonly timeoutMs?: number;
  readonly message?: MessageOptions;
}

/**
 * Sends events to PagerDuty's Events API v2. The key of what is told is the incident's id, so a repeat changes nothing
 * and what is over resolves the alert it opened. A digest is an alert of its own.
 */
export class PagerDutyNotifier implements Notifier {
  readonly name: string;
  readonly keepsAlerts = true;
  readonly #options: PagerDutyNotifierOptions;

  constructor(options: PagerDutyNotifierOptions) {
    this.name = options.name;
    this.#options = options;
  }

  async notify(message: Message, signal: AbortSignal): Promise<Delivery> {
    const { routingKey, url = new Secret(pagerDutyUrl), clock, timeoutMs, message: options } = this.#options;
    const events = isDigest(message)
      ? [renderPagerDutyDigest(message, options)]
      : renderPagerDuty(message, options);
    for (const event of events) {
      const body = JSON.stringify({ routing_key: routingKey.reveal(), ...event });
      const secrets = [routingKey.reveal()];
      const delivery = await postJson({ url, body, secrets, clock, timeoutMs, signal });
      if (delivery.kind !== 'delivered') return delivery;
    }
    return { kind: 'delivered' };
  }

  async close(): Promise<void> {
    // Nothing is held between two events.
  }
}
