import { compileDecoder } from '../../src/consume/decode-record.ts';
import type { LogEvent } from '../../src/shared/model/log-event.ts';
import type { LogRecord } from '../../src/shared/model/log-record.ts';
import type { SourceConfig } from '../../src/shared/model/source-config.ts';
import { logRecord, sourceConfig } from './log-record.ts';

/** The wall clock of these tests: five seconds after the timestamp of their records. */
const decodedAtMs = Date.parse('2026-03-01T12:00:05Z');

/** What a source's decoder makes of one record, failure or not. */
export interface DecodedForTest {
  readonly events: readonly LogEvent[];
  readonly fields: readonly LogEvent['fields'][];
  readonly reason: string | null;
  readonly notes: readonly string[];
}

export function decodeRecord(record: LogRecord, changes: Partial<SourceConfig> = {}): DecodedForTest {
  const notes: string[] = [];
  const decoder = compileDecoder(sourceConfig(changes), (note) => notes.push(note));
  const decoded = decoder.decode(record, decodedAtMs);
  const events = decoded.ok ? decoded.value : decoded.failure.events;
  const reason = decoded.ok ? null : decoded.failure.reason;
  return { events, fields: events.map((event) => event.fields), reason, notes };
}

export const decodeText = (value: string, changes: Partial<SourceConfig> = {}): DecodedForTest =>
  decodeRecord(logRecord(value), changes);
