import type { LogEvent } from '../shared/model/log-event.ts';

/** Why a record, or a part of it, is no event. A closed set, so that it is safe as a metric label. */
export type DecodeFailureReason =
  | 'empty'
  | 'too-large'
  | 'invalid-utf8'
  | 'invalid-json'
  | 'too-deep'
  | 'not-an-object'
  | 'too-many-events';

/** A record that belongs on the dead letters' topic, whole. */
export interface DecodeFailure {
  readonly reason: DecodeFailureReason;
  /** What exactly, for a person; at most a few hundred characters, some of them the sender's. */
  readonly detail: string;
  /** What could be read of the record all the same: these are events like any other, and go on. */
  readonly events: readonly LogEvent[];
}

/**
 * What happened to a record that is no failure, but must be counted: `tombstone`: a null value is neither an event
 * nor an error; `time-missing`, `time-unparsable`: the event has the next best time; `not-unwrapped`: the field that
 * should hold the payload does not, and the event is the record as it stands.
 */
export type DecodeNote = 'tombstone' | 'time-missing' | 'time-unparsable' | 'not-unwrapped';

export const failure = (reason: DecodeFailureReason, detail: string): DecodeFailure => ({
  reason,
  detail,
  events: [],
});
