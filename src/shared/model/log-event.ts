import type { EventPosition } from './position.ts';

/**
 * The fields of an event as decoded. Values come from attackers: look members up as own properties only
 * (`shared/field-path.ts`), never with a path through prototypes.
 */
export type EventFields = Readonly<Record<string, unknown>>;

/** Which clock gave the event its time: the source's configured field, the record's timestamp, or arrival. */
export type TimeOrigin = 'field' | 'record' | 'arrival';

/** An event: a decoded record with its fields, its event time, and where it came from. */
export interface LogEvent {
  readonly fields: EventFields;
  /** Event time, integer milliseconds since the epoch. */
  readonly timeMs: number;
  readonly timeOrigin: TimeOrigin;
  /** Name of the source in the configuration. */
  readonly source: string;
  readonly position: EventPosition;
  /** How many times the event happened: `event.repeat` of "message repeated N times", else 1. */
  readonly weight: number;
}
