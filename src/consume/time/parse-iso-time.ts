import { type CivilTime, digits, isCivilTime, utcMs } from './civil-time.ts';
import type { LocalToUtc } from './zone.ts';

/**
 * Milliseconds since the epoch of an ISO-8601 date and time: `2026-03-01T10:00:00.123456Z`, with `Z`, `+0000`,
 * `+00:00`, `+00` or no zone (then `toUtc` decides), `T` or a space between, a point or a comma before the fraction.
 * What is finer than a millisecond is cut. Written by hand because every event of most sources passes here:
 * no regular expression, one small object. Undefined where the text is no such time.
 */
export function parseIsoTime(text: string, toUtc: LocalToUtc): number | undefined {
  const { length } = text;
  if (length < 19 || length > 48 || !hasIsoMarks(text)) return undefined;
  let at = 19;
  let ms = 0;
  const mark = text.charCodeAt(19);
  if (mark === 46 || mark === 44) {
    at = endOfDigits(text, 20);
    if (at === 20) return undefined;
    const kept = Math.min(3, at - 20);
    ms = digits(text, 20, kept) * (kept === 3 ? 1 : kept === 2 ? 10 : 100);
  }
  const civil = civilTime(text, ms);
  if (civil === undefined) return undefined;
  const localMs = utcMs(civil);
  if (at === length) return toUtc(localMs);
  const offsetMs = zoneOffset(text, at);
  return offsetMs === undefined ? undefined : localMs - offsetMs;
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

function civilTime(text: string, ms: number): CivilTime | undefined {
  const time = {
    year: digits(text, 0, 4),
    month: digits(text, 5, 2),
    day: digits(text, 8, 2),
    hour: digits(text, 11, 2),
    minute: digits(text, 14, 2),
    second: digits(text, 17, 2),
    ms,
  };
  // -1 stands for "no digit", and or-ing keeps the sign bit of any of them.
  const isNumber = (time.year | time.month | time.day | time.hour | time.minute | time.second) >= 0;
  return isNumber && isCivilTime(time) ? time : undefined;
}

function endOfDigits(text: string, from: number): number {
  let at = from;
  while (at < text.length && digits(text, at, 1) >= 0) at += 1;
  return at;
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
