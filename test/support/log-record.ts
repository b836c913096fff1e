import type { LogRecord } from '../../src/shared/model/log-record.ts';
import { type SourceConfig, sourceDefaults } from '../../src/shared/model/source-config.ts';

/** A record with this value; the rest as `changes` say. */
export const logRecord = (
  value: string | Uint8Array | null,
  changes: Partial<LogRecord> = {},
): LogRecord => ({
  topic: 'logs.test',
  partition: 3,
  offset: 41,
  key: null,
  value: typeof value === 'string' ? Buffer.from(value) : value,
  headers: [],
  timestampMs: Date.parse('2026-03-01T12:00:00Z'),
  ...changes,
});

/** A source with the defaults; the rest as `changes` say. */
export const sourceConfig = (changes: Partial<SourceConfig> = {}): SourceConfig => ({
  ...sourceDefaults,
  name: 'test',
  topics: ['logs.test'],
  ...changes,
});
