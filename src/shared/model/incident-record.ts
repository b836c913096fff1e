import { isoToMs } from '../iso-to-ms.ts';
import type { Incident } from './incident.ts';
import type { IncidentChange, IncidentChangeKind } from './incident-change.ts';
import type { OutgoingRecord } from './log-record.ts';

/** A change of an incident that is to be published. */
export interface IncidentRecord {
  readonly topic: string;
  /** `ce_source`: who says it, a URI reference such as `urn:tocsin:prod-1`. */
  readonly source: string;
  readonly change: IncidentChange;
}

/** What the headers and the key of such a record are made of. */
export interface RecordLabel {
  readonly change: IncidentChangeKind;
  readonly id: string;
  readonly version: number;
  /** The document's `@timestamp`. */
  readonly time: string;
  readonly source: string;
}

export const recordLabel = ({ source, change: { kind, incident } }: IncidentRecord): RecordLabel => ({
  change: kind,
  id: incident.id,
  version: incident.version,
  time: incident['@timestamp'],
  source,
});

/**
 * A change as a record of the incidents topic: keyed by incident id, the whole incident as plain JSON, the event
 * described in headers (CloudEvents Kafka binding, binary mode), so that a consumer that knows nothing of CloudEvents
 * reads it as it is. `ce_source` and `ce_id` are unique together and equal in a repeat. `encode`: UTF-8.
 */
export function labelledRecord(
  { change, id, version, time, source }: RecordLabel,
  { topic, value }: { readonly topic: string; readonly value: Uint8Array | null },
  encode: (text: string) => Uint8Array,
): OutgoingRecord {
  const headers = {
    ce_specversion: '1.0',
    ce_id: `${id}:${version}`,
    ce_type: `tocsin.incident.${change}.v1`,
    ce_source: source,
    ce_time: time,
    ce_subject: id,
    'content-type': 'application/json',
  };
  return {
    topic,
    key: encode(id),
    value,
    headers: Object.entries(headers).map(([name, text]) => [name, encode(text)] as const),
    timestampMs: isoToMs(time),
  };
}

/** The record as it is published, of an incident that is at hand. */
export function outgoingRecord(record: IncidentRecord, encode: (text: string) => Uint8Array): OutgoingRecord {
  const value = encode(JSON.stringify(record.change.incident satisfies Incident));
  return labelledRecord(recordLabel(record), { topic: record.topic, value }, encode);
}
