import { compileField } from '../../shared/field-path.ts';
import type { TimeOrigin } from '../../shared/model/log-event.ts';
import type { EventTimeSpec } from '../../shared/model/source-config.ts';
import type { DecodeNote } from '../decode-failure.ts';
import type { MutableFields } from '../ecs-fields.ts';
import { isEventTime } from './civil-time.ts';
import { compileTimeReader } from './event-time.ts';

interface EventTime {
  readonly timeMs: number;
  readonly timeOrigin: TimeOrigin;
}

/** Gives an event its time: the configured field's (or the syslog header's), else the record's, else arrival. */
export type EventClock = (
  event: { readonly fields: MutableFields; readonly headerTime: string | null },
  recordMs: number,
  nowMs: number,
) => EventTime;

/** Compiles a source's clock. A time that is configured and cannot be had is noted, and falls back. */
export function compileEventClock(
  spec: EventTimeSpec | undefined,
  noted: (note: DecodeNote) => void,
): EventClock {
  if (spec === undefined) return (_event, recordMs, nowMs) => withoutField(recordMs, nowMs);
  const read = compileTimeReader(spec);
  const timeIn = spec.field === undefined ? undefined : compileField(spec.field);
  return (event, recordMs, nowMs) => {
    const value = timeIn === undefined ? event.headerTime : timeIn(event.fields);
    if (value === undefined || value === null || value === '') {
      noted('time-missing');
      return withoutField(recordMs, nowMs);
    }
    const timeMs = read(value, isRecordTime(recordMs) ? recordMs : nowMs);
    if (timeMs !== undefined) return { timeMs, timeOrigin: 'field' };
    noted('time-unparsable');
    return withoutField(recordMs, nowMs);
  };
}

const withoutField = (recordMs: number, nowMs: number): EventTime =>
  isRecordTime(recordMs)
    ? { timeMs: Math.floor(recordMs), timeOrigin: 'record' }
    : { timeMs: nowMs, timeOrigin: 'arrival' };

/** A record without a timestamp has -1 in Kafka. */
const isRecordTime = (recordMs: number): boolean => recordMs > 0 && isEventTime(recordMs);
