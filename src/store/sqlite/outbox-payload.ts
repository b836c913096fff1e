import type { Incident } from '../../shared/model/incident.ts';
import type { OutgoingRecord } from '../../shared/model/log-record.ts';
import { isDigest, type Message, type Notification } from '../../shared/model/notification.ts';
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

/** An incident as JSON. */
export type IncidentText = (incident: Incident) => string;

/** For one transaction: an incident goes into its own row and into a message for each channel, and is written out once. */
export function writtenOnce(): IncidentText {
  const texts = new Map<Incident, string>();
  return (incident) => {
    const known = texts.get(incident);
    if (known !== undefined) return known;
    const text = JSON.stringify(incident);
    texts.set(incident, text);
    return text;
  };
}

export function encodePayload(payload: OutboxPayload, textOf: IncidentText): StoredPayload {
  if (payload.kind !== 'record') {
    const notification =
      payload.kind === 'digest'
        ? JSON.stringify(payload.digest)
        : notificationText(payload.notification, textOf);
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

function notificationText({ incident, ...rest }: Notification, textOf: IncidentText): string {
  return `${JSON.stringify(rest).slice(0, -1)},"incident":${textOf(incident)}}`;
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
