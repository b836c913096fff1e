import type { Position } from './position.ts';

/** Headers as they were received, in order; a name may repeat. */
export type RecordHeaders = readonly (readonly [name: string, value: Uint8Array])[];

/**
 * The header that every dead letter has, and no other record of tocsin's own. All its other headers, and its value, are as
 * somebody sent them.
 */
export const deadLetterHeader = 'tocsin-reason';

/** A record: bytes at a position, as a producer put them there. A null value is a tombstone. */
export interface LogRecord extends Position {
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: RecordHeaders;
  /** The broker's or the producer's timestamp, milliseconds since the epoch. */
  readonly timestampMs: number;
}

/** A record to be published. Same key, same partition, same order. */
export interface OutgoingRecord {
  readonly topic: string;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: RecordHeaders;
  /** Event time, milliseconds since the epoch. */
  readonly timestampMs: number;
}
