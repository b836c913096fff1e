import { compileField } from '../shared/field-path.ts';
import type { SourceConfig } from '../shared/model/source-config.ts';
import type { DecodeNote } from './decode-failure.ts';
import { isObject, type MutableFields } from './ecs-fields.ts';
import { parseJson } from './parse-json.ts';
import type { Profile } from './profiles/profile.ts';
import { parseSyslog } from './syslog/parse-syslog.ts';
import { syslogFields } from './syslog/syslog-fields.ts';

/** What one element of a record says, before it has a time and a position. */
interface ReadEvent {
  readonly fields: MutableFields;
  readonly weight: number;
  /** The time in the syslog header, as written; null where there is none. */
  readonly headerTime: string | null;
}

/** Reads one element (a JSON value, or the text of a record); undefined where it is no event. */
export type EventReader = (element: unknown) => ReadEvent | undefined;

/** Compiles how a source's elements are read: format, unwrapping, profile. */
export function compileEventReader(
  source: SourceConfig,
  parts: { profile: Profile | undefined; noted: (note: DecodeNote) => void },
): EventReader {
  const read = source.unwrap === undefined ? plainReader(source) : unwrappingReader(source, parts.noted);
  const { profile } = parts;
  if (profile === undefined) return read;
  return (element) => {
    const event = read(element);
    if (event === undefined) return undefined;
    const weight = profile.addFields(event.fields);
    return weight > 1 ? { ...event, weight } : event;
  };
}

function plainReader(source: SourceConfig): EventReader {
  if (source.format === 'json') return jsonEvent;
  const ofText = source.format === 'syslog' ? syslogEvent : textEvent;
  return (element) => (typeof element === 'string' ? ofText(element) : undefined);
}

const jsonEvent: EventReader = (element) =>
  isObject(element) ? { fields: element, weight: 1, headerTime: null } : undefined;

const textEvent = (text: string): ReadEvent => ({ fields: { message: text }, weight: 1, headerTime: null });

function syslogEvent(text: string): ReadEvent {
  const line = parseSyslog(text);
  return { ...syslogFields(line), headerTime: line.time };
}

/**
 * The payload's fields over those of the JSON around it, which stay (container names, hosts, times) but for the field
 * that held the payload. A record without that payload is an event as it stands, and noted: nothing may hide in it.
 */
function unwrappingReader(source: SourceConfig, noted: (note: DecodeNote) => void): EventReader {
  const path = source.unwrap ?? '';
  const payloadOf = compileField(path);
  const ofPayload = source.format === 'json' ? jsonPayload(source.exactNumbers) : plainReader(source);
  return (element) => {
    if (!isObject(element)) return undefined;
    const inner = ofPayload(payloadOf(element));
    if (inner === undefined) {
      noted('not-unwrapped');
      return { fields: element, weight: 1, headerTime: null };
    }
    const { [path]: _payload, ...outer } = element;
    return { ...inner, fields: { ...outer, ...inner.fields } };
  };
}

/** The payload may be JSON text, or the object itself where a shipper has parsed it already. */
const jsonPayload =
  (exactNumbers = false): EventReader =>
  (payload) => {
    if (typeof payload !== 'string') return jsonEvent(payload);
    const parsed = parseJson(payload, exactNumbers);
    return parsed.ok ? jsonEvent(parsed.value) : undefined;
  };
