import type { NewOutboxRow, OutboxRow } from '../../shared/ports/outbox.ts';
import { messageId } from './message-id.ts';
import { messagePayload, payloadMessage } from './payload-message.ts';

/**
 * What the fallback of a receiver is told when that receiver could not be: the same message, saying why it comes this
 * way. Its id is made of the first one's, so that a repeat of it can be known, too.
 */
export function fallbackRows(
  { lane, payload }: OutboxRow,
  { lanes, detail }: { lanes: readonly string[]; detail: string },
): NewOutboxRow[] {
  const whole = payloadMessage(payload);
  if (whole === null) return [];
  // Who has it already was said of the first receiver's recipients.
  const { told: _, ...message } = whole;
  const undelivered = { receiver: lane.replace(/^receiver:/, ''), detail };
  return lanes.map((elsewhere) => ({
    lane: elsewhere,
    payload: messagePayload({ ...message, id: messageId(`${message.id} ${elsewhere}`), undelivered }),
  }));
}
