import { isDigest, type Message } from '../../shared/model/notification.ts';
import type { OutboxPayload } from '../../shared/ports/outbox.ts';

/** What a receiver is sent of a row; null for a record, which goes to a topic. */
export function payloadMessage(payload: OutboxPayload): Message | null {
  if (payload.kind === 'record') return null;
  return payload.kind === 'digest' ? payload.digest : payload.notification;
}

/** A message as a row holds it. */
export const messagePayload = (message: Message): OutboxPayload =>
  isDigest(message) ? { kind: 'digest', digest: message } : { kind: 'notification', notification: message };
