import { invariant } from '../../shared/invariant.ts';
import type { IncidentRecord } from '../../shared/model/incident-record.ts';
import type { OutgoingRecord } from '../../shared/model/log-record.ts';
import { isDigest, type Message, type Notification } from '../../shared/model/notification.ts';
import type { NewOutboxPayload, OutboxPayload } from '../../shared/ports/outbox.ts';
import type { BatchDocuments } from './batch-documents.ts';

/** A payload as columns: a record, or a message (notification or digest) as JSON. */
export interface StoredPayload {
  readonly topic: string | null;
  readonly timestamp_ms: number | null;
  /** JSON: names and Base64 of a record's headers; of an incident's record, names and texts as an object. */
  readonly headers: string | null;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly notification: string | null;
}

/** The same as it is written. Where it refers to a document, that is its value, or the `incident` of its notification. */
export interface WrittenPayload extends StoredPayload {
  readonly document_id: number | null;
}

const nothing: WrittenPayload = {
  topic: null,
  timestamp_ms: null,
  headers: null,
  key: null,
  value: null,
  notification: null,
  document_id: null,
};

/** Where a payload is written to. */
export interface RowPlace {
  readonly rowId: number;
  readonly documents: BatchDocuments;
}

export function encodePayload(payload: NewOutboxPayload, place: RowPlace): WrittenPayload {
  switch (payload.kind) {
    case 'incident':
      return encodeIncident(payload.record, place);
    case 'notification':
      return encodeNotification(payload.notification, place);
    case 'digest':
      return { ...nothing, notification: JSON.stringify(payload.digest) };
    case 'record':
      return encodeRecord(payload.record);
  }
}

function encodeIncident(record: IncidentRecord, { rowId, documents }: RowPlace): WrittenPayload {
  const { topic, timestampMs, key, headers, incident } = record;
  const number = documents.refer(incident, rowId);
  return {
    topic,
    timestamp_ms: timestampMs,
    headers: JSON.stringify(headers),
    key: Buffer.from(key),
    value: number === null ? Buffer.from(documents.textOf(incident)) : null,
    notification: null,
    document_id: number,
  };
}

function encodeNotification(
  { incident, ...rest }: Notification,
  { rowId, documents }: RowPlace,
): WrittenPayload {
  const number = documents.refer(incident, rowId);
  const text = JSON.stringify(rest);
  const notification =
    number === null ? `${text.slice(0, -1)},"incident":${documents.textOf(incident)}}` : text;
  return { ...nothing, notification, document_id: number };
}

function encodeRecord({ topic, timestampMs, key, value, headers }: OutgoingRecord): WrittenPayload {
  const pairs = headers.map(([name, bytes]) => [name, Buffer.from(bytes).toString('base64')]);
  const text = pairs.length === 0 ? null : JSON.stringify(pairs);
  return { ...nothing, topic, timestamp_ms: timestampMs, headers: text, key, value };
}

export function decodePayload(row: StoredPayload): OutboxPayload {
  if (row.topic === null) {
    invariant(row.notification !== null, 'a row of the outbox is a record or a message');
    const message = JSON.parse(row.notification) as Message;
    return isDigest(message)
      ? { kind: 'digest', digest: message }
      : { kind: 'notification', notification: message };
  }
  const record: OutgoingRecord = {
    topic: row.topic,
    key: row.key,
    value: row.value,
    headers: decodeHeaders(row.headers ?? '[]'),
    timestampMs: row.timestamp_ms ?? 0,
  };
  return { kind: 'record', record };
}

function decodeHeaders(text: string): OutgoingRecord['headers'] {
  const stored = JSON.parse(text) as readonly [string, string][] | Readonly<Record<string, string>>;
  return Array.isArray(stored)
    ? stored.map(([name, bytes]) => [name, Buffer.from(bytes, 'base64')] as const)
    : Object.entries(stored).map(([name, value]) => [name, Buffer.from(String(value))] as const);
}
