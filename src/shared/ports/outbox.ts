import type { DigestPace } from '../model/digest-pace.ts';
import type { IncidentRecord } from '../model/incident-record.ts';
import type { OutgoingRecord } from '../model/log-record.ts';
import type { IncidentNotice, Notice } from '../model/notice.ts';
import type { DeliveryFailure, Digest, Notification } from '../model/notification.ts';

export type OutboxPayload =
  | { readonly kind: 'record'; readonly record: OutgoingRecord }
  | { readonly kind: 'notification'; readonly notification: Notification }
  | { readonly kind: 'digest'; readonly digest: Digest };

/** An incident's record is told apart until it is written: its value is a document that other rows hold, too. */
export type NewOutboxPayload = OutboxPayload | { readonly kind: 'incident'; readonly record: IncidentRecord };

/** What is to be told, written in the same transaction as the incident it tells of. */
export interface NewOutboxRow {
  /** Rows of one lane are delivered one after the other, in the order written: `topic:NAME` or `receiver:NAME/CHANNEL`. */
  readonly lane: string;
  readonly payload: NewOutboxPayload;
}

/** What a row holds is what it was written with, whatever became of the incident since. */
export interface OutboxRow {
  readonly lane: string;
  /** An incident's record comes as the record it is. */
  readonly payload: OutboxPayload;
  /** Rises in the order of writing. */
  readonly id: number;
  readonly attempts: number;
  /** Wall clock, milliseconds: not to be tried before. */
  readonly dueMs: number;
  /** It was sent and may have arrived: whatever becomes of it, it keeps its id. */
  readonly mayHaveArrived: boolean;
}

/** When and why a row is tried again. */
export interface RetryLater {
  readonly dueMs: number;
  readonly reason: DeliveryFailure;
  readonly detail: string;
  /** Recipients who have it already: kept in the notification. */
  readonly told?: readonly string[];
  /** The receiver is known not to have taken it, so that it may become part of a digest. */
  readonly hasNotArrived?: true;
  /** What is said of that with the incidents, in the same transaction. */
  readonly notices?: readonly IncidentNotice[];
}

/** A row that was given up, kept for people to see. */
export interface FailedRow {
  readonly id: number;
  readonly reason: DeliveryFailure | 'gave-up';
  readonly detail: string;
  /** What is told elsewhere instead, written in the same transaction. */
  readonly instead?: readonly NewOutboxRow[];
  /** What is said of that with the incidents, likewise. */
  readonly notices?: readonly IncidentNotice[];
}

/** A row that was given up, as people see it. */
export interface GivenUpRow extends Pick<OutboxRow, 'id' | 'lane' | 'payload'> {
  /** Attempts that could be tried again, before it was given up. */
  readonly attempts: number;
  readonly reason: FailedRow['reason'];
  readonly detail: string;
  /** Wall clock, milliseconds, when it was given up; null where that was not noted yet. */
  readonly givenUpMs: number | null;
}

/**
 * The delivery loop's view of the outbox. A row leaves only after its receiver accepted it (`delivered`) or after it
 * was given up (`gaveUp`, which keeps it aside). Contract suite: test/contracts/store.ts.
 */
export interface Outbox {
  /** Lanes that hold rows. */
  lanes(): readonly string[];
  /** The first rows of a lane in order, due or not; behind a row of that id, where one is given. */
  peek(lane: string, limit: number, afterId?: number): readonly OutboxRow[];
  /** How many rows of a lane wait. */
  waiting(lane: string): number;
  /** The row is being sent: from here on it may have arrived. Where its lane stands with its digests then is kept with that. */
  begin(id: number, pace?: DigestPace): void;
  /** Where a lane stands with its digests, as it was kept last; null: it never was. */
  pace(lane: string): DigestPace | null;
  keepPace(lane: string, pace: DigestPace): void;
  /**
   * Puts a digest in the place of rows of one lane, behind all others of it, in one transaction: whatever happens, either
   * they are there or it is. It has waited and failed as long as the one of them that did most. With what is said of that
   * with the incidents. Gives its row's id.
   */
  collapse(ids: readonly number[], into: Digest, notices?: readonly IncidentNotice[]): number;
  /** What was said with an incident, the oldest first: the last hundred. */
  notices(incidentId: string): readonly Notice[];
  /** With what is said of that with the incidents, in the same transaction; mostly nothing. */
  delivered(ids: readonly number[], notices?: readonly IncidentNotice[]): void;
  retryAt(id: number, retry: RetryLater): void;
  /** `nowMs`: when, for people to see. */
  gaveUp(rows: readonly FailedRow[], nowMs: number): void;
  /** Rows that were given up and are kept, the newest first; of one lane, or of all. */
  givenUp(query: { lane?: string; limit: number }): readonly GivenUpRow[];
  /** Puts rows that were given up back into their lanes, in their old places, untried; says how many there were. With what is said of each. */
  sendAgain(
    ids: readonly number[],
    noticesOf?: (row: Pick<OutboxRow, 'lane' | 'payload'>) => readonly IncidentNotice[],
  ): number;
  /** Rows waiting, and given up, by lane: for people and metrics. */
  depth(): readonly { lane: string; waiting: number; gaveUp: number }[];
}
