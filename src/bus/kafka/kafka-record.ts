import type { IHeaders, KafkaMessage, Message } from 'kafkajs';
import type { LogRecord, OutgoingRecord, RecordHeaders } from '../../shared/model/log-record.ts';

/** A message of kafkajs as a record. */
export function toRecord(topic: string, partition: number, message: KafkaMessage): LogRecord {
  return {
    topic,
    partition,
    offset: Number(message.offset),
    key: message.key,
    value: message.value,
    headers: readHeaders(message.headers),
    timestampMs: Number(message.timestamp),
  };
}

/** A record as a message of kafkajs. */
export function toMessage(record: OutgoingRecord): Message {
  return {
    key: record.key && viewOf(record.key),
    value: record.value && viewOf(record.value),
    headers: writeHeaders(record.headers),
    timestamp: String(Math.round(record.timestampMs)),
  };
}

/** kafkajs groups headers by name, so repeated names lose their place among the others, but not among themselves. */
function readHeaders(headers: IHeaders | undefined): RecordHeaders {
  if (headers === undefined || isEmpty(headers)) return noHeaders;
  return Object.entries(headers).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((one) => [name, Buffer.from(one ?? '')] as const),
  );
}

const noHeaders: RecordHeaders = Object.freeze([]);

/** Most records have no headers, and kafkajs makes an object for each. */
function isEmpty(headers: IHeaders): boolean {
  for (const _name in headers) return false;
  return true;
}

function writeHeaders(headers: RecordHeaders): IHeaders {
  // Without a prototype, because a name may come from a log: `__proto__` is a name like any other here.
  const grouped: Record<string, Buffer[]> = Object.create(null);
  for (const [name, value] of headers) {
    grouped[name] ??= [];
    grouped[name].push(viewOf(value));
  }
  return grouped;
}

const viewOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
