import { digits, isCivilTime, utcMs } from './civil-time.ts';
import type { LocalToUtc } from './zone.ts';

/** Reads an ISO-8601 time, in milliseconds since the epoch; undefined where the text is none. */
export type IsoTimeParser = (text: string) => number | undefined;

/** `2026-03-01T10:00:`, up to the seconds. */
const headLength = 17;

/**
 * Compiles a parser of ISO-8601 dates and times: `2026-03-01T10:00:00.123456Z`, with `Z`, `+0000`, `+00:00`, `+00` or
 * no zone (then `toUtc` decides), `T` or a space between, a point or a comma before the fraction. What is finer than
 * a millisecond is cut. Written by hand because every event of most sources passes here: it allocates nothing, and it
 * remembers the last minute, in which the next event mostly lies too.
 */
export function compileIsoTime(toUtc: LocalToUtc): IsoTimeParser {
  let lastHead = 'none yet';
  let lastMinuteMs = 0;
  return (text) => {
    if (text.length < 19 || text.length > 48) return undefined;
    if (!text.startsWith(lastHead)) {
      const minuteMs = minuteOf(text);
      if (minuteMs === undefined) return undefined;
      lastHead = text.slice(0, headLength);
      lastMinuteMs = minuteMs;
    }
    return afterMinute(text, lastMinuteMs, toUtc);
  };
}

/** Adds seconds, fraction and zone to the minute. Second 60 is a leap second, the first of the next minute. */
function afterMinute(text: string, minuteMs: number, toUtc: LocalToUtc): number | undefined {
  const second = digits(text, headLength, 2);
  const fractionEnd = endOfFraction(text);
  if (second < 0 || second > 60 || fractionEnd === 0) return undefined;
  const localMs = minuteMs + second * 1_000 + millisecond(text, fractionEnd);
  if (fractionEnd === text.length) return toUtc(localMs);
  const offsetMs = zoneOffset(text, fractionEnd);
  return offsetMs === undefined ? undefined : localMs - offsetMs;
}

/** The minute that begins the text, taken as UTC. */
function minuteOf(text: string): number | undefined {
  if (!hasIsoMarks(text)) return undefined;
  const time = {
    year: digits(text, 0, 4),
    month: digits(text, 5, 2),
    day: digits(text, 8, 2),
    hour: digits(text, 11, 2),
    minute: digits(text, 14, 2),
    second: 0,
    ms: 0,
  };
  // -1 stands for "no digit", and or-ing keeps the sign bit of any of them.
  const isNumber = (time.year | time.month | time.day | time.hour | time.minute) >= 0;
  return isNumber && isCivilTime(time) ? utcMs(time) : undefined;
}

function hasIsoMarks(text: string): boolean {
  const between = text.charCodeAt(10);
  return (
    text.charCodeAt(4) === 45 &&
    text.charCodeAt(7) === 45 &&
    (between === 84 || between === 32 || between === 116) &&
    text.charCodeAt(13) === 58 &&
    text.charCodeAt(16) === 58
  );
}

/** Where the fraction after the seconds ends: 19 where there is none, 0 where a point has no digit after it. */
function endOfFraction(text: string): number {
  const mark = text.charCodeAt(19);
  if (mark !== 46 && mark !== 44) return 19;
  let at = 20;
  for (let code = text.charCodeAt(at); code >= 48 && code <= 57; code = text.charCodeAt(at)) at += 1;
  return at === 20 ? 0 : at;
}

function millisecond(text: string, fractionEnd: number): number {
  const kept = Math.min(3, fractionEnd - 20);
  if (kept < 1) return 0;
  return digits(text, 20, kept) * (kept === 3 ? 1 : kept === 2 ? 10 : 100);
}

/** The offset that ends the text at `at`, in milliseconds; undefined where there is none that can be read. */
function zoneOffset(text: string, at: number): number | undefined {
  const sign = text.charCodeAt(at);
  const rest = text.length - at;
  if (sign === 90 || sign === 122) return rest === 1 ? 0 : undefined;
  if (sign !== 43 && sign !== 45) return undefined;
  const hours = digits(text, at + 1, 2);
  const minutes = minutesOfOffset(text, at + 3, rest);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return undefined;
  return (sign === 45 ? -1 : 1) * (hours * 3_600_000 + minutes * 60_000);
}

function minutesOfOffset(text: string, at: number, length: number): number {
  if (length === 3) return 0;
  if (length === 5) return digits(text, at, 2);
  return length === 6 && text.charCodeAt(at) === 58 ? digits(text, at + 1, 2) : -1;
}
