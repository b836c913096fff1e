import type { Incident } from './incident.ts';
import type { OutgoingRecord } from './log-record.ts';

/** A record whose value is an incident as JSON, before anything of it is bytes. */
export interface IncidentRecord {
  readonly topic: string;
  readonly key: string;
  /** In order. */
  readonly headers: Readonly<Record<string, string>>;
  /** Event time, milliseconds since the epoch. */
  readonly timestampMs: number;
  readonly incident: Incident;
}

/** The record as it is published. `encode`: UTF-8. */
export const outgoingRecord = (
  { topic, key, headers, timestampMs, incident }: IncidentRecord,
  encode: (text: string) => Uint8Array,
): OutgoingRecord => ({
  topic,
  key: encode(key),
  value: encode(JSON.stringify(incident)),
  headers: Object.entries(headers).map(([name, text]) => [name, encode(text)] as const),
  timestampMs,
});
