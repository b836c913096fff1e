import type { Incident } from '../model/incident.ts';

/** Why people are told. */
export type NotifyReason = 'opened' | 'reopened' | 'resolved' | 'revised' | 'merged';

/** One message to one receiver about one incident. */
export interface Notification {
  /** Deterministic: hash of receiver, channel, incident id and reason-with-episode; a repeat carries the same id. */
  readonly id: string;
  readonly reason: NotifyReason;
  readonly incident: Incident;
}

/** A closed set, so that it is safe as a metric label. */
export type DeliveryFailure =
  | 'timeout'
  | 'network'
  | 'auth'
  | 'rate-limited'
  | 'client'
  | 'server'
  | 'too-large';

export type Delivery =
  | { readonly kind: 'delivered' }
  | {
      readonly kind: 'retry';
      readonly reason: DeliveryFailure;
      readonly detail: string;
      readonly afterMs?: number;
    }
  | { readonly kind: 'rejected'; readonly reason: DeliveryFailure; readonly detail: string };

/**
 * Tells one destination about one incident. Expected failures are returned, never thrown: the caller owns retries,
 * so a notifier only says whether trying again could help. `detail` never holds a secret.
 * Contract suite: test/contracts/notifier.ts.
 */
export interface Notifier {
  /** Receiver and channel, such as `soc/slack`. */
  readonly name: string;
  notify(notification: Notification, signal: AbortSignal): Promise<Delivery>;
  close(): Promise<void>;
}
