import { Buffer } from 'node:buffer';
import {
  deadLetterHeader,
  type LogRecord,
  type OutgoingRecord,
  type RecordHeaders,
} from '../shared/model/log-record.ts';
import type { DecodeFailure } from './decode-failure.ts';

/** The names of the headers that tocsin adds to a dead letter. */
const deadLetterHeaders = {
  reason: deadLetterHeader,
  detail: 'tocsin-detail',
  topic: 'tocsin-topic',
  partition: 'tocsin-partition',
  offset: 'tocsin-offset',
  timestamp: 'tocsin-timestamp',
} as const;

const ownNames: ReadonlySet<string> = new Set(Object.values(deadLetterHeaders));

/** Longer details are cut: the record itself tells the rest. */
const detailLengthMax = 300;

/**
 * The dead letter of a record that could not be decoded: its own key, its bytes whole, its own headers, and headers
 * that say why (`tocsin-reason`, `tocsin-detail`) and where it stood. A dead letter that was read again keeps only the
 * newest such headers. Its timestamp is the record's.
 */
export function deadLetter(record: LogRecord, failure: DecodeFailure, topic: string): OutgoingRecord {
  const own: RecordHeaders = [
    header('reason', failure.reason),
    header('detail', printable(failure.detail)),
    header('topic', record.topic),
    header('partition', String(record.partition)),
    header('offset', String(record.offset)),
    header('timestamp', String(record.timestampMs)),
  ];
  const original = record.headers.filter(([name]) => !ownNames.has(name));
  return {
    topic,
    key: record.key,
    value: record.value,
    headers: [...original, ...own],
    timestampMs: Math.max(0, record.timestampMs),
  };
}

const header = (name: keyof typeof deadLetterHeaders, text: string): readonly [string, Uint8Array] => [
  deadLetterHeaders[name],
  Buffer.from(text),
];

/** Details quote the sender's bytes: nothing in them may steer a terminal that shows the header. */
const printable = (detail: string): string =>
  detail.slice(0, detailLengthMax).replace(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, '?');
