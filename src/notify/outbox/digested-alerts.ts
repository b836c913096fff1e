import type { IncidentNotice, Notice } from '../../shared/model/notice.ts';
import { isDigest, type Notification } from '../../shared/model/notification.ts';
import type { Outbox, OutboxRow } from '../../shared/ports/outbox.ts';
import { isStanding } from '../message/incident-facts.ts';
import { payloadMessage } from './payload-message.ts';

/** What says that a receiver may have an alert of an incident, whatever a digest tells of it now. */
const mayHaveAlert: ReadonlySet<Notice['reason']> = new Set([
  'reopened',
  'raised',
  'repeated',
  'escalated',
  'delivered',
  'given-up',
  'sent-again',
]);

/**
 * Which incidents a receiver that keeps alerts knows from a digest alone: there is no alert of those that could be
 * acknowledged or resolved. It stands among their notices, written in the transaction that puts the digest in their place;
 * nothing else is kept. Where it is not certain nothing is said, and the end is sent: to a receiver that has no such alert
 * it means nothing. That is so of all that was told before there were such notices.
 */
export class DigestedAlerts {
  readonly #outbox: Outbox;
  /** `oncall/pagerduty`, and the receiver that it is a channel of: notices have either. */
  readonly #name: string;
  readonly #receiver: string;

  constructor(lane: string, outbox: Outbox) {
    this.#outbox = outbox;
    this.#name = lane.replace(/^receiver:/, '');
    this.#receiver = this.#name.slice(0, this.#name.lastIndexOf('/'));
  }

  /** Whether a row says that something stands, which opens an alert; the others are about one that is open. */
  isTrigger(row: OutboxRow): boolean {
    return endOf(row) === null;
  }

  /** What is said with the incidents of rows that a digest takes in: they have no alert. */
  inDigest(rows: readonly OutboxRow[], at: string): IncidentNotice[] {
    return rows.flatMap(({ payload, attempts }) => {
      const message = payloadMessage(payload);
      if (message === null || isDigest(message) || !this.#hasNoAlert(message, attempts)) return [];
      return this.#notice(message, { at, told: true, detail: 'it has no alert of its own' });
    });
  }

  /** Whether a row is about an alert that there is not. It must be the first of its incident that waits. */
  isNeedless(row: OutboxRow): boolean {
    const end = endOf(row);
    return end !== null && this.#isInDigest(end);
  }

  /** All such rows of the first of a lane, and what is said of them. What waits behind news of its incident stays. */
  needless(
    rows: readonly OutboxRow[],
    at: string,
  ): { readonly ids: readonly number[]; readonly notices: readonly IncidentNotice[] } {
    const ids: number[] = [];
    const notices: IncidentNotice[] = [];
    const staying = new Set<string>();
    for (const row of rows) {
      const end = endOf(row);
      const message = payloadMessage(row.payload);
      if (end !== null && !staying.has(end.incident.id) && this.#isInDigest(end)) {
        ids.push(row.id);
        const detail = `${end.reason}: it has no alert of its own, so nothing was sent`;
        notices.push(this.#notice(end, { at, told: false, detail }));
      } else if (message !== null && !isDigest(message)) staying.add(message.incident.id);
    }
    return { ids, notices };
  }

  /** What is said when a row was taken: from here on there is an alert of what only a digest had told. */
  byItself({ payload }: OutboxRow, at: string): IncidentNotice[] {
    const message = payloadMessage(payload);
    if (message === null || isDigest(message) || !this.#isInDigest(message)) return [];
    const notice = {
      at,
      receiver: this.#name,
      told: true,
      reason: 'delivered',
      detail: 'by itself',
    } as const;
    return [{ incidentId: message.incident.id, notice }];
  }

  /**
   * News of what has none already, or the first of its incident: never tried, for one of several attempts may have arrived,
   * and not sent here instead of elsewhere.
   */
  #hasNoAlert(message: Notification, attempts: number): boolean {
    if (this.#isInDigest(message)) return true;
    const isFirst = message.reason === 'opened' && message.undelivered === undefined && attempts === 0;
    return isFirst && !this.#said(message).some(({ reason }) => mayHaveAlert.has(reason));
  }

  #isInDigest(message: Notification): boolean {
    const said = this.#said(message).filter(({ receiver }) => receiver === this.#name);
    return said.at(-1)?.reason === 'in-digest';
  }

  #said({ incident }: Notification): readonly Notice[] {
    return this.#outbox
      .notices(incident.id)
      .filter(({ receiver }) => receiver === this.#name || receiver === this.#receiver);
  }

  #notice({ incident }: Notification, said: Pick<Notice, 'at' | 'told' | 'detail'>): IncidentNotice {
    return { incidentId: incident.id, notice: { ...said, receiver: this.#name, reason: 'in-digest' } };
  }
}

/** The notification of a row that is about an open alert; null of all others. */
function endOf({ payload }: OutboxRow): Notification | null {
  const message = payloadMessage(payload);
  if (message === null || isDigest(message)) return null;
  return message.reason === 'acknowledged' || !isStanding(message.reason) ? message : null;
}
