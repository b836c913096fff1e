import type { LogEvent } from '../shared/model/log-event.ts';
import type { LogRecord } from '../shared/model/log-record.ts';
import type { EventTimeSpec, eventTimeFormats, SourceConfig } from '../shared/model/source-config.ts';
import { fail, ok, type Result } from '../shared/result.ts';
import { type DecodeFailure, type DecodeNote, failure } from './decode-failure.ts';
import { compileElements, type Elements } from './elements.ts';
import { compileEventReader, type EventReader } from './event-reader.ts';
import { profileNamed } from './profiles/profiles.ts';
import { isDamaged, readText } from './read-text.ts';
import { compileEventClock, type EventClock } from './time/event-clock.ts';

/** Decodes the records of one source. */
export interface Decoder {
  /**
   * The events of a record, in their order: one, or several where its value is an array; none for a tombstone.
   * A failure sends the whole record to the dead letters, once; what could be read of it all the same is in
   * `failure.events`: the good elements of an array with bad ones, and text with bytes that are no UTF-8 in it (one
   * such byte must not hide an event from the rules). Never throws, whatever the bytes. `nowMs` is the wall clock:
   * the event's time where neither a field nor the record has one.
   */
  decode(record: LogRecord, nowMs: number): Result<readonly LogEvent[], DecodeFailure>;
}

/** Compiles a source's decoder. `noted` hears of what is no failure and yet must be counted. */
export function compileDecoder(
  source: SourceConfig,
  noted: (note: DecodeNote) => void = () => undefined,
): Decoder {
  const profile = source.profile === undefined ? undefined : profileNamed(source.profile);
  const explode = source.explode ?? profile?.explode;
  const elementsOf = compileElements(explode === undefined ? source : { ...source, explode });
  const read = compileEventReader(source, { profile, noted });
  const time = source.time ?? profile?.time ?? (source.format === 'syslog' ? headerTime : undefined);
  const toEvents = compileToEvents(source.name, { read, clock: compileEventClock(time, noted) });
  return {
    decode: (record, nowMs) => {
      const { value } = record;
      if (value === null) {
        noted('tombstone');
        return ok([]);
      }
      return decodeValue(value, {
        elementsOf,
        toEvents: (elements) => toEvents(elements, { record, nowMs }),
      });
    },
  };
}

/** The time in the header of a syslog line. */
const headerTime: EventTimeSpec = {
  format: 'syslog' satisfies (typeof eventTimeFormats)[number],
  zone: 'UTC',
};

interface Steps {
  readonly elementsOf: (text: string) => Result<Elements, DecodeFailure>;
  readonly toEvents: (elements: Elements) => Result<readonly LogEvent[], DecodeFailure>;
}

function decodeValue(value: Uint8Array, steps: Steps): Result<readonly LogEvent[], DecodeFailure> {
  if (value.byteLength === 0) return fail(failure('empty', 'no bytes'));
  const text = readText(value, schemaPrefixLength(value));
  if (!text.ok) return text;
  const elements = steps.elementsOf(text.value);
  const isWhole = !isDamaged(text.value, value);
  if (!elements.ok) return isWhole ? elements : fail(failure('invalid-utf8', elements.failure.detail));
  const events = steps.toEvents(elements.value);
  if (isWhole) return events;
  return fail({
    reason: 'invalid-utf8',
    detail: 'some bytes are no UTF-8; they are U+FFFD in the event',
    events: events.ok ? events.value : events.failure.events,
  });
}

/** A schema registry's serializers put a zero byte and four bytes of schema id before the JSON; no text begins so. */
const schemaPrefixLength = (value: Uint8Array): number => (value[0] === 0 && value.byteLength > 5 ? 5 : 0);

type ToEvents = (
  elements: Elements,
  from: { readonly record: LogRecord; readonly nowMs: number },
) => Result<readonly LogEvent[], DecodeFailure>;

function compileToEvents(
  source: string,
  parts: { readonly read: EventReader; readonly clock: EventClock },
): ToEvents {
  const toEvent = (
    element: unknown,
    at: { record: LogRecord; nowMs: number; index: number },
  ): LogEvent | undefined => {
    const event = parts.read(element);
    if (event === undefined) return undefined;
    const { topic, partition, offset } = at.record;
    const { timeMs, timeOrigin } = parts.clock(event, at.record.timestampMs, at.nowMs);
    const position = { topic, partition, offset, index: at.index };
    return { fields: event.fields, timeMs, timeOrigin, source, position, weight: event.weight };
  };
  return (elements, { record, nowMs }) => {
    const events: LogEvent[] = [];
    for (const [index, element] of elements.entries()) {
      const event = toEvent(element, { record, nowMs, index });
      if (event !== undefined) events.push(event);
    }
    const bad = elements.length - events.length;
    if (bad === 0) return ok(events);
    const detail = `${bad} of ${elements.length} elements are no objects`;
    return fail({ reason: 'not-an-object', detail, events });
  };
}
