import type { LogEvent } from '../shared/model/log-event.ts';
import type { LogRecord } from '../shared/model/log-record.ts';
import type { EventTimeSpec, SourceConfig } from '../shared/model/source-config.ts';
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
  const time = source.time ?? profile?.time ?? (source.format === 'syslog' ? headerTime : undefined);
  const elementsOf = compileElements(explode === undefined ? source : { ...source, explode });
  const toEvents = compileToEvents(source.name, {
    read: compileEventReader(source, { profile, noted }),
    clock: compileEventClock(time, noted),
  });
  return {
    decode: (record, nowMs) => {
      const { value } = record;
      if (value === null) {
        noted('tombstone');
        return ok([]);
      }
      if (value.byteLength === 0) return fail(failure('empty', 'no bytes'));
      const text = readText(value, schemaPrefixLength(value));
      if (!text.ok) return text;
      const elements = elementsOf(text.value);
      const events = elements.ok ? toEvents(elements.value, record, nowMs) : elements;
      return isDamaged(text.value, value) ? damaged(events) : events;
    },
  };
}

/** The time in the header of a syslog line. */
const headerTime: EventTimeSpec = { format: 'syslog', zone: 'UTC' };

/** A schema registry's serializers put a zero byte and four bytes of schema id before the JSON; no text begins so. */
const schemaPrefixLength = (value: Uint8Array): number => (value[0] === 0 && value.byteLength > 5 ? 5 : 0);

type Decoded = Result<readonly LogEvent[], DecodeFailure>;

/** The same events, but the record goes to the dead letters too: only there its bytes are whole. */
const damaged = (decoded: Decoded): Decoded =>
  fail({
    reason: 'invalid-utf8',
    detail: decoded.ok ? 'some bytes are no UTF-8; they are U+FFFD in the event' : decoded.failure.detail,
    events: decoded.ok ? decoded.value : decoded.failure.events,
  });

type ToEvents = (elements: Elements, record: LogRecord, nowMs: number) => Decoded;

/** On the hot path: plain loops, and nothing allocated but the events. */
function compileToEvents(
  source: string,
  { read, clock }: { readonly read: EventReader; readonly clock: EventClock },
): ToEvents {
  return (elements, record, nowMs) => {
    const { topic, partition, offset, timestampMs } = record;
    const events: LogEvent[] = [];
    for (let index = 0; index < elements.length; index += 1) {
      const event = read(elements[index]);
      if (event === undefined) continue;
      const { timeMs, timeOrigin } = clock(event, timestampMs, nowMs);
      const position = { topic, partition, offset, index };
      events.push({ fields: event.fields, timeMs, timeOrigin, source, position, weight: event.weight });
    }
    const bad = elements.length - events.length;
    if (bad === 0) return ok(events);
    const detail = `${bad} of ${elements.length} elements are no objects`;
    return fail({ reason: 'not-an-object', detail, events });
  };
}
