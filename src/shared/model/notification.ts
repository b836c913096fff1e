import type { Incident } from './incident.ts';
import type { Severity } from './severity.ts';

/**
 * Why people are told. `repeated`: it still stands after the route's `repeatInterval`; `escalated`: nobody
 * acknowledged it in time; `acknowledged` and `raised` (its severity): a person did so.
 */
export type NotifyReason =
  | 'opened'
  | 'reopened'
  | 'resolved'
  | 'revised'
  | 'merged'
  | 'acknowledged'
  | 'raised'
  | 'repeated'
  | 'escalated';

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
  /** Set where it was kept back for a while: since when, why (by which silence, say), and how many events came since. */
  readonly withheld?: { readonly since: string; readonly why: string; readonly events: number };
}

/**
 * One message to one receiver that stands for several notifications: those a route groups, or those that came faster
 * than the receiver could be told. Numbers are exact, the items are the most important of them.
 */
export interface Digest {
  readonly kind: 'digest';
  /** Deterministic, as a notification's; a repeat carries the same id. */
  readonly id: string;
  /**
   * `grouped`: a route's `groupBy` put them together. `behind`: they came faster than the receiver takes messages.
   * `past`: they tell of the past, after an outage.
   */
  readonly cause: 'grouped' | 'behind' | 'past';
  /** What they have in common by the route's `groupBy`: field or `rule`, `severity`, `source` to value. */
  readonly group: Readonly<Record<string, string>>;
  /** Notifications it stands for. */
  readonly total: number;
  /** How many by reason, by severity (the highest first) and by rule (the most first, ten at most; `others` is the rest). */
  readonly reasons: readonly { readonly reason: NotifyReason; readonly count: number }[];
  readonly severities: readonly { readonly severity: Severity; readonly count: number }[];
  readonly rules: readonly { readonly id: string; readonly title: string; readonly count: number }[];
  readonly others: number;
  /** The earliest `firstSeen` and the latest `lastSeen`. */
  readonly firstSeen: string;
  readonly lastSeen: string;
  /** The most severe first, then the latest; twenty at most, with one event of evidence each. */
  readonly items: readonly Notification[];
  readonly undelivered?: Notification['undelivered'];
  readonly told?: readonly string[];
}

/** What a receiver is sent. */
export type Message = Notification | Digest;

export const isDigest = (message: Message): message is Digest => 'kind' in message;

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
      /** The receiver is known not to have taken it: it said so, or was never reached. */
      readonly hasNotArrived?: true;
    }
  | { readonly kind: 'rejected'; readonly reason: DeliveryFailure; readonly detail: string };
