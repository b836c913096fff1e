import { createHash } from 'node:crypto';
import type { NewOutboxRow, OutboxRow } from '../../shared/ports/outbox.ts';

/**
 * What the fallback of a receiver is told when that receiver could not be: the same message, saying why it comes this
 * way. Its id is made of the first one's, so that a repeat of it can be known, too.
 */
export function fallbackRows(
  { lane, payload }: OutboxRow,
  { lanes, detail }: { lanes: readonly string[]; detail: string },
): NewOutboxRow[] {
  if (payload.kind !== 'notification') return [];
  // Who has it already was said of the first receiver's recipients.
  const { told: _, ...notification } = payload.notification;
  const undelivered = { receiver: lane.replace(/^receiver:/, ''), detail };
  return lanes.map((elsewhere) => ({
    lane: elsewhere,
    payload: {
      kind: 'notification',
      notification: { ...notification, id: digest(`${notification.id} ${elsewhere}`), undelivered },
    },
  }));
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);
