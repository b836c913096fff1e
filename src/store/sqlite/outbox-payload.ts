import type { OutgoingRecord } from '../../shared/model/log-record.ts';
import { isDigest, type Message } from '../../shared/model/notification.ts';
import type { OutboxPayload } from '../../shared/ports/outbox.ts';

/** A payload as columns: a record, or a message (notification or digest) as JSON. */
export interface StoredPayload {
  readonly topic: string | null;
  readonly timestamp_ms: number | null;
  readonly headers: string | null;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly notification: string | null;
}

export function encodePayload(payload: OutboxPayload): StoredPayload {
  if (payload.kind !== 'record') {
    const notification = JSON.stringify(payload.kind === 'digest' ? payload.digest : payload.notification);
    return { topic: null, timestamp_ms: null, headers: null, key: null, value: null, notification };
  }
  const { topic, timestampMs, key, value } = payload.record;
  const headers = payload.record.headers.map(([name, bytes]) => [
    name,
    Buffer.from(bytes).toString('base64'),
  ]);
  const text = headers.length === 0 ? null : JSON.stringify(headers);
  return { topic, timestamp_ms: timestampMs, headers: text, key, value, notification: null };
}

export function decodePayload(row: StoredPayload): OutboxPayload {
  if (row.topic === null) {
    const message = JSON.parse(row.notification ?? 'null') as Message;
    return isDigest(message)
      ? { kind: 'digest', digest: message }
      : { kind: 'notification', notification: message };
  }
  const stored = JSON.parse(row.headers ?? '[]') as [string, string][];
  const record: OutgoingRecord = {
    topic: row.topic,
    key: row.key,
    value: row.value,
    headers: stored.map(([name, bytes]) => [name, Buffer.from(bytes, 'base64')] as const),
    timestampMs: row.timestamp_ms ?? 0,
  };
  return { kind: 'record', record };
}
