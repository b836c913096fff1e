import { DateTime } from 'luxon';
import type { EventTimeSpec } from '../../shared/model/source-config.ts';
import { isEventTime } from './civil-time.ts';
import { guessEpochTime, isEpochFormat, parseEpochTime } from './parse-epoch-time.ts';
import { compileIsoTime } from './parse-iso-time.ts';
import { parseSyslogTime } from './parse-syslog-time.ts';
import { compileZone } from './zone.ts';

/**
 * Reads the event time from a value, in integer milliseconds since the epoch (finer is cut). `referenceMs` is about
 * when the event was written; only times without a year need it. Undefined where the value is no time from 1970 to 9999.
 */
export type TimeReader = (value: unknown, referenceMs: number) => number | undefined;

/** Longer texts are no times; the bound keeps a Luxon pattern from working on an attacker's megabytes. */
const timeLengthMax = 64;

/** Compiles the source's time format. The specification was validated: the zone exists, the pattern is Luxon's. */
export function compileTimeReader(spec: Omit<EventTimeSpec, 'field'>): TimeReader {
  const read = readerOf(spec);
  return (value, referenceMs) => {
    const timeMs = read(value, referenceMs);
    return timeMs !== undefined && isEventTime(timeMs) ? timeMs : undefined;
  };
}

function readerOf(spec: Omit<EventTimeSpec, 'field'>): TimeReader {
  const { format } = spec;
  if (isEpochFormat(format)) return (value) => parseEpochTime(value, format);
  if (format === 'iso8601') return isoReader(spec);
  if (format === 'syslog') return syslogReader(spec);
  return format === 'auto' ? guessingReader(spec) : patternReader(spec);
}

function isoReader(spec: { zone: string }): TimeReader {
  const parse = compileIsoTime(compileZone(spec.zone));
  return (value) => (typeof value === 'string' ? parse(value) : undefined);
}

/** RFC 3164's time, and the ISO-8601 ones that rsyslog and RFC 5424 put in its place. */
function syslogReader(spec: { zone: string; year?: number }): TimeReader {
  const toUtc = compileZone(spec.zone);
  const parseIso = compileIsoTime(toUtc);
  const { year } = spec;
  return (value, referenceMs) => {
    if (typeof value !== 'string') return undefined;
    const first = value.charCodeAt(0);
    if (first >= 48 && first <= 57) return parseIso(value);
    return parseSyslogTime(value, year === undefined ? { toUtc, referenceMs } : { toUtc, referenceMs, year });
  };
}

function guessingReader(spec: { zone: string; year?: number }): TimeReader {
  const readText = syslogReader(spec);
  return (value, referenceMs) => readText(value, referenceMs) ?? guessEpochTime(value);
}

function patternReader(spec: { format: string; zone: string }): TimeReader {
  const parser = DateTime.buildFormatParser(spec.format, { locale: 'en-US' });
  return (value) => {
    if (typeof value !== 'string' || value.length > timeLengthMax) return undefined;
    const time = DateTime.fromFormatParser(value, parser, { zone: spec.zone, locale: 'en-US' });
    return time.isValid ? time.toMillis() : undefined;
  };
}
