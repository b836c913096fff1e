import { invariant } from '../../shared/invariant.ts';
import {
  type IncidentRecord,
  labelledRecord,
  type RecordLabel,
  recordLabel,
} from '../../shared/model/incident-record.ts';
import type { OutgoingRecord } from '../../shared/model/log-record.ts';
import { isDigest, type Message, type Notification } from '../../shared/model/notification.ts';
import type { NewOutboxPayload, OutboxPayload } from '../../shared/ports/outbox.ts';
import type { BatchDocuments } from './batch-documents.ts';

/** A payload as columns: a record, or a message (notification or digest) as JSON. */
export interface StoredPayload {
  readonly topic: string | null;
  readonly timestamp_ms: number | null;
  /** JSON: names and Base64 of a record's headers; of an incident's record what they are made of, and its key and time with them. */
  readonly headers: string | null;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly notification: string | null;
}

/** A message as it is written. Where it refers to a document, that is the `incident` of its notification. */
interface WrittenMessage {
  readonly shape: 'message';
  readonly notification: string;
  readonly documentId: number | null;
}

/** A record of an incident as it is written where it refers to a document, which is its value. */
interface WrittenVersion {
  readonly shape: 'version';
  readonly topic: string;
  readonly headers: string;
  readonly documentId: number;
}

/** A record that holds what it tells. */
interface WrittenRecord {
  readonly shape: 'record';
  readonly topic: string;
  readonly timestampMs: number | null;
  readonly headers: string | null;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
}

/** A payload as it is written: only what its row does not have by default. */
export type WrittenPayload = WrittenMessage | WrittenVersion | WrittenRecord;

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
      return { shape: 'message', notification: JSON.stringify(payload.digest), documentId: null };
    case 'record':
      return encodeRecord(payload.record);
  }
}

function encodeIncident(record: IncidentRecord, { rowId, documents }: RowPlace): WrittenPayload {
  const { topic, change } = record;
  const headers = JSON.stringify(recordLabel(record));
  const documentId = documents.refer(change.incident, rowId);
  if (documentId !== null) return { shape: 'version', topic, headers, documentId };
  const value = Buffer.from(documents.textOf(change.incident));
  return { shape: 'record', topic, timestampMs: null, headers, key: null, value };
}

function encodeNotification(
  { incident, ...rest }: Notification,
  { rowId, documents }: RowPlace,
): WrittenPayload {
  const documentId = documents.refer(incident, rowId);
  const text = JSON.stringify(rest);
  const notification =
    documentId === null ? `${text.slice(0, -1)},"incident":${documents.textOf(incident)}}` : text;
  return { shape: 'message', notification, documentId };
}

function encodeRecord({ topic, timestampMs, key, value, headers }: OutgoingRecord): WrittenPayload {
  const pairs = headers.map(([name, bytes]) => [name, Buffer.from(bytes).toString('base64')]);
  const text = pairs.length === 0 ? null : JSON.stringify(pairs);
  return { shape: 'record', topic, timestampMs, headers: text, key, value };
}

export function decodePayload(row: StoredPayload): OutboxPayload {
  if (row.topic === null) {
    invariant(row.notification !== null, 'a row of the outbox is a record or a message');
    const message = JSON.parse(row.notification) as Message;
    return isDigest(message)
      ? { kind: 'digest', digest: message }
      : { kind: 'notification', notification: message };
  }
  return { kind: 'record', record: decodeRecord(row.topic, row) };
}

/** Headers of a record: of an incident's what they are made of, or, of an older version, names and texts; else names and Base64. */
type StoredHeaders = RecordLabel | Readonly<Record<string, string>> | readonly [string, string][];

function decodeRecord(topic: string, row: StoredPayload): OutgoingRecord {
  const { key, value } = row;
  const headers = JSON.parse(row.headers ?? '[]') as StoredHeaders;
  if (isLabel(headers)) return labelledRecord(headers, { topic, value }, encode);
  return { topic, key, value, headers: decodeHeaders(headers), timestampMs: row.timestamp_ms ?? 0 };
}

const encode = (text: string): Uint8Array => Buffer.from(text);

const isLabel = (headers: StoredHeaders): headers is RecordLabel =>
  !Array.isArray(headers) && typeof (headers as Partial<RecordLabel>).version === 'number';

const decodeHeaders = (headers: Exclude<StoredHeaders, RecordLabel>): OutgoingRecord['headers'] =>
  Array.isArray(headers)
    ? headers.map(([name, bytes]) => [name, Buffer.from(bytes, 'base64')] as const)
    : Object.entries(headers).map(([name, text]) => [name, Buffer.from(String(text))] as const);
