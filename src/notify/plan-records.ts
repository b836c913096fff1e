import type { IncidentChange } from '../shared/model/incident-change.ts';
import type { IncidentRecord } from '../shared/model/incident-record.ts';
import type { OutgoingRecord, RecordHeaders } from '../shared/model/log-record.ts';
import type { NewOutboxRow } from '../shared/ports/outbox.ts';
import { incidentOfRecord } from './incident-of-record.ts';

export interface RecordPlan {
  /** Topic of the incidents. */
  readonly topic: string;
  /** `ce_source`: who says it, a URI reference such as `urn:tocsin:prod-1`. */
  readonly source: string;
}

/** One row for every change: the incidents topic carries the whole incident at every version. */
export const planRecords = (changes: readonly IncidentChange[], plan: RecordPlan): NewOutboxRow[] => {
  const lane = `topic:${plan.topic}`;
  return changes.map((change) => ({
    lane,
    payload: { kind: 'incident', record: incidentRecord(change, plan) },
  }));
};

/** A change as a record of the incidents topic. */
export const incidentRecord = (change: IncidentChange, { topic, source }: RecordPlan): IncidentRecord => ({
  topic,
  source,
  change,
});

/**
 * The same record without the events in its evidence, marked by the header `tocsin-cut: evidence`, for a broker that
 * refused it as too large: on a compacted topic a missing version would leave the older one standing as the truth.
 * Null for a record that holds no incident, or no evidence to leave out.
 */
export function withoutEvidence(
  record: OutgoingRecord,
  text: { encode(text: string): Uint8Array; decode(bytes: Uint8Array): string },
): OutgoingRecord | null {
  const incident = incidentOfRecord(record, text.decode);
  if (incident === null || incident.evidence.every(({ event }) => event === null)) return null;
  const cut = { ...incident, evidence: incident.evidence.map((one) => ({ ...one, event: null })) };
  const headers: RecordHeaders = [...record.headers, ['tocsin-cut', text.encode('evidence')]];
  return { ...record, value: text.encode(JSON.stringify(cut)), headers };
}
