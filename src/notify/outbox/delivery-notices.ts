import type { IncidentNotice, Notice } from '../../shared/model/notice.ts';
import { isDigest } from '../../shared/model/notification.ts';
import type { OutboxRow } from '../../shared/ports/outbox.ts';
import { payloadMessage } from './payload-message.ts';

/**
 * What is kept with incidents about a message on its way, so that nobody takes what was written for what arrived: with the
 * one that it tells of, of a digest with those that it names. Nothing of a record. Pure.
 */
export function deliveryNotices(
  { lane, payload }: Pick<OutboxRow, 'lane' | 'payload'>,
  said: Omit<Notice, 'receiver'>,
): IncidentNotice[] {
  const message = payloadMessage(payload);
  if (message === null) return [];
  const about = isDigest(message) ? message.items : [message];
  const notice = { ...said, receiver: lane.replace(/^receiver:/, '') };
  return about.map(({ incident }) => ({ incidentId: incident.id, notice }));
}
