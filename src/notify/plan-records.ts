import { isoToMs } from '../shared/iso-to-ms.ts';
import type { Incident } from '../shared/model/incident.ts';
import type { IncidentChange } from '../shared/model/incident-change.ts';
import type { IncidentRecord } from '../shared/model/incident-record.ts';
import type { OutgoingRecord, RecordHeaders } from '../shared/model/log-record.ts';
import type { NewOutboxRow } from '../shared/ports/outbox.ts';

export interface RecordPlan {
  /** Topic of the incidents. */
  readonly topic: string;
  /** `ce_source`: who says it, a URI reference such as `urn:tocsin:prod-1`. */
  readonly source: string;
}

/** One row for every change: the incidents topic carries the whole incident at every version. */
export const planRecords = (changes: readonly IncidentChange[], plan: RecordPlan): NewOutboxRow[] =>
  changes.map((change) => ({
    lane: `topic:${plan.topic}`,
    payload: { kind: 'incident', record: incidentRecord(change, plan) },
  }));

/**
 * A change as a record of the incidents topic: keyed by incident id, the whole incident as plain JSON, the event
 * described in headers (CloudEvents Kafka binding, binary mode), so that a consumer that knows nothing of CloudEvents
 * reads it as it is. `ce_source` and `ce_id` are unique together and equal in a repeat.
 */
export function incidentRecord({ kind, incident }: IncidentChange, plan: RecordPlan): IncidentRecord {
  const headers = {
    ce_specversion: '1.0',
    ce_id: `${incident.id}:${incident.version}`,
    ce_type: `tocsin.incident.${kind}.v1`,
    ce_source: plan.source,
    ce_time: incident['@timestamp'],
    ce_subject: incident.id,
    'content-type': 'application/json',
  };
  const timestampMs = isoToMs(incident['@timestamp']);
  return { topic: plan.topic, key: incident.id, headers, timestampMs, incident };
}

/**
 * The same record without the events in its evidence, marked by the header `tocsin-cut: evidence`, for a broker that
 * refused it as too large: on a compacted topic a missing version would leave the older one standing as the truth.
 * Null for a record that holds no incident, or no evidence to leave out.
 */
export function withoutEvidence(
  record: OutgoingRecord,
  text: { encode(text: string): Uint8Array; decode(bytes: Uint8Array): string },
): OutgoingRecord | null {
  const isIncident = record.headers.some(
    ([name, value]) => name === 'ce_type' && text.decode(value).startsWith('tocsin.incident.'),
  );
  if (!isIncident || record.value === null) return null;
  const incident = JSON.parse(text.decode(record.value)) as Incident;
  if (incident.evidence.every(({ event }) => event === null)) return null;
  const cut = { ...incident, evidence: incident.evidence.map((one) => ({ ...one, event: null })) };
  const headers: RecordHeaders = [...record.headers, ['tocsin-cut', text.encode('evidence')]];
  return { ...record, value: text.encode(JSON.stringify(cut)), headers };
}
