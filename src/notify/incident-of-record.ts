import type { Incident } from '../shared/model/incident.ts';
import { deadLetterHeader, type OutgoingRecord } from '../shared/model/log-record.ts';

/**
 * The incident that a record of tocsin's own holds; null for a record that holds none. A dead letter holds none whatever it
 * says: its headers and its value are those of whoever sent it.
 */
export function incidentOfRecord(
  { headers, value }: Pick<OutgoingRecord, 'headers' | 'value'>,
  decode: (bytes: Uint8Array) => string,
): Incident | null {
  const header = (name: string): Uint8Array | undefined => headers.find(([known]) => known === name)?.[1];
  const type = header('ce_type');
  if (value === null || type === undefined || header(deadLetterHeader) !== undefined) return null;
  return decode(type).startsWith('tocsin.incident.') ? (JSON.parse(decode(value)) as Incident) : null;
}
