import type { Incident } from './incident.ts';

/** Why people are told. */
export type NotifyReason = 'opened' | 'reopened' | 'resolved' | 'revised' | 'merged';

/** One message to one receiver about one incident. */
export interface Notification {
  /** Deterministic: hash of receiver, channel, incident id and reason-with-episode; a repeat carries the same id. */
  readonly id: string;
  readonly reason: NotifyReason;
  readonly incident: Incident;
  /** Set where it goes to the fallback of a receiver that could not be told: which one, and why. */
  readonly undelivered?: { readonly receiver: string; readonly detail: string };
  /** Recipients within the receiver who have it already: a later attempt is for the others. */
  readonly told?: readonly string[];
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

/** What became of one attempt to tell; `afterMs`: not to be tried before that long. */
export type Delivery =
  | { readonly kind: 'delivered' }
  | {
      readonly kind: 'retry';
      readonly reason: DeliveryFailure;
      readonly detail: string;
      readonly afterMs?: number;
      /** Recipients who have it all the same: kept with the message, and given back with the next attempt. */
      readonly told?: readonly string[];
    }
  | { readonly kind: 'rejected'; readonly reason: DeliveryFailure; readonly detail: string };
