import { isoTime } from '../../shared/iso-time.ts';
import type { IncidentNotice } from '../../shared/model/notice.ts';
import { isDigest } from '../../shared/model/notification.ts';
import { undeliveredRuleId } from '../../shared/model/undelivered.ts';
import type { DeliveryFailure } from '../../shared/ports/notifier.ts';
import type { FailedRow, OutboxPayload, OutboxRow } from '../../shared/ports/outbox.ts';
import { incidentOfRecord } from '../incident-of-record.ts';
import { deliveryNotices } from './delivery-notices.ts';
import { countDelivery, type LaneParts } from './lane.ts';
import { payloadMessage } from './payload-message.ts';

/** A row that is given up, why, and what is told elsewhere instead. */
export interface GivingUp extends Pick<FailedRow, 'reason' | 'detail' | 'instead'> {
  readonly row: OutboxRow;
}

/**
 * Sets rows aside for people to see, and says so: in the log, with their incidents, in numbers, and by an incident of
 * tocsin's own. Nothing leaves the outbox in silence.
 */
export function giveUp(
  { outbox, clock, log, metrics, trouble }: LaneParts,
  { lane, rows, failure }: { lane: string; rows: readonly GivingUp[]; failure: DeliveryFailure },
): void {
  const atMs = clock.nowMs();
  outbox.gaveUp(
    rows.map((one) => ({ ...failedRow(one), notices: noticesOf(one, atMs) })),
    atMs,
  );
  countDelivery(metrics, { lane, outcome: 'gave-up', reason: failure, by: rows.length });
  const elsewhere = rows.filter(({ instead = [] }) => instead.length > 0).length;
  if (elsewhere > 0)
    countDelivery(metrics, { lane, outcome: 'told-elsewhere', reason: failure, by: elsewhere });
  for (const { row, reason, detail, instead = [] } of rows) {
    const fields = { lane, row: row.id, reason, detail, toldElsewhere: instead.map((other) => other.lane) };
    log.error('a message could not be delivered and was set aside', fields);
  }
  const others = rows.filter(({ row }) => !isAboutThis(row.payload));
  const last = others.at(-1);
  if (last !== undefined) trouble({ lane, givenUp: others.length, downMs: null, detail: last.detail });
}

const failedRow = ({ row, ...failed }: GivingUp): FailedRow => ({ id: row.id, ...failed });

function noticesOf({ row, detail, instead = [] }: GivingUp, atMs: number): IncidentNotice[] {
  const others = instead.map(({ lane }) => lane.replace(/^receiver:/, '')).join(', ');
  const elsewhere = others === '' ? '' : `; ${others} is told instead`;
  return deliveryNotices(row, {
    at: isoTime(atMs),
    told: false,
    reason: 'given-up',
    detail: `${detail}${elsewhere}; tocsin outbox retry ${row.id} sends it again`,
  });
}

const utf8 = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

/** Whether what was given up tells of just that. */
function isAboutThis(payload: OutboxPayload): boolean {
  if (payload.kind === 'record') return incidentOfRecord(payload.record, utf8)?.rule.id === undeliveredRuleId;
  const message = payloadMessage(payload);
  if (message === null) return false;
  if (!isDigest(message)) return message.incident.rule.id === undeliveredRuleId;
  return message.others === 0 && message.rules.every(({ id }) => id === undeliveredRuleId);
}
