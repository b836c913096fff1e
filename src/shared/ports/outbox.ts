import type { OutgoingRecord } from '../model/log-record.ts';
import type { DeliveryFailure, Digest, Notification } from '../model/notification.ts';

export type OutboxPayload =
  | { readonly kind: 'record'; readonly record: OutgoingRecord }
  | { readonly kind: 'notification'; readonly notification: Notification }
  | { readonly kind: 'digest'; readonly digest: Digest };

/** What is to be told, written in the same transaction as the incident it tells of. */
export interface NewOutboxRow {
  /** Rows of one lane are delivered one after the other, in the order written: `topic:NAME` or `receiver:NAME/CHANNEL`. */
  readonly lane: string;
  readonly payload: OutboxPayload;
}

export interface OutboxRow extends NewOutboxRow {
  /** Rises in the order of writing. */
  readonly id: number;
  readonly attempts: number;
  /** Wall clock, milliseconds: not to be tried before. */
  readonly dueMs: number;
}

/** When and why a row is tried again. */
export interface RetryLater {
  readonly dueMs: number;
  readonly reason: DeliveryFailure;
  readonly detail: string;
  /** Recipients who have it already: kept in the notification. */
  readonly told?: readonly string[];
}

/** A row that was given up, kept for people to see. */
export interface FailedRow {
  readonly id: number;
  readonly reason: DeliveryFailure | 'gave-up';
  readonly detail: string;
  /** What is told elsewhere instead, written in the same transaction. */
  readonly instead?: readonly NewOutboxRow[];
}

/** A row that was given up, as people see it. */
export interface GivenUpRow extends NewOutboxRow {
  readonly id: number;
  /** Attempts that could be tried again, before it was given up. */
  readonly attempts: number;
  readonly reason: FailedRow['reason'];
  readonly detail: string;
}

/**
 * The delivery loop's view of the outbox. A row leaves only after its receiver accepted it (`delivered`) or after it
 * was given up (`gaveUp`, which keeps it aside). Contract suite: test/contracts/store.ts.
 */
export interface Outbox {
  /** Lanes that hold rows. */
  lanes(): readonly string[];
  /** The first rows of a lane in order, due or not. */
  peek(lane: string, limit: number): readonly OutboxRow[];
  delivered(ids: readonly number[]): void;
  retryAt(id: number, retry: RetryLater): void;
  gaveUp(rows: readonly FailedRow[]): void;
  /** Rows that were given up and are kept, the newest first; of one lane, or of all. */
  givenUp(query: { lane?: string; limit: number }): readonly GivenUpRow[];
  /** Puts rows that were given up back into their lanes, in their old places, untried; says how many there were. */
  sendAgain(ids: readonly number[]): number;
  /** Rows waiting, and given up, by lane: for people and metrics. */
  depth(): readonly { lane: string; waiting: number; gaveUp: number }[];
}
