import { type CivilTime, digits, isCivilTime, utcMs, yearOf } from './civil-time.ts';
import type { LocalToUtc } from './zone.ts';

/** How a time without a year is completed. */
export interface SyslogTimeContext {
  readonly toUtc: LocalToUtc;
  /** About when it was written, milliseconds since the epoch: the record's timestamp, or now. */
  readonly referenceMs: number;
  /** Taken as it is where given. */
  readonly year?: number;
}

/** How far ahead of the reference a sender's clock may be before its date is taken for last year's. */
const aheadMs = 3 * 86_400_000;

const months = 'JanFebMarAprMayJunJulAugSepOctNovDec';

/**
 * Milliseconds since the epoch of an RFC 3164 time, `Mar  7 06:55:46`, or with a year after the day (`Mar  7 2026
 * 06:55:46`, as Cisco writes it), with an optional fraction. Without a year it is the latest year in which
 * the time is not more than three days after the reference. Undefined where the text is no such time.
 */
export function parseSyslogTime(text: string, context: SyslogTimeContext): number | undefined {
  const month = monthOf(text);
  const day = dayOf(text);
  if (month === 0 || day < 1 || text.charCodeAt(6) !== 32) return undefined;
  const hasYear = digits(text, 7, 4) >= 0 && text.charCodeAt(11) === 32;
  const at = hasYear ? 12 : 7;
  if (text.charCodeAt(at + 2) !== 58 || text.charCodeAt(at + 5) !== 58) return undefined;
  const ms = fraction(text, at + 8);
  const time = {
    month,
    day,
    hour: digits(text, at, 2),
    minute: digits(text, at + 3, 2),
    second: digits(text, at + 6, 2),
    ms: ms ?? 0,
  };
  if (ms === undefined || (time.hour | time.minute | time.second) < 0) return undefined;
  const year = hasYear ? digits(text, 7, 4) : context.year;
  return year === undefined ? latestYear(time, context) : inYear(time, year, context.toUtc);
}

/** The month whose English three letters begin the text, from 1; 0 where there is none. */
export function monthOf(text: string): number {
  const found = months.indexOf(text.slice(0, 3));
  return found >= 0 && found % 3 === 0 && text.charCodeAt(3) === 32 ? found / 3 + 1 : 0;
}

/** ` 7`, `07` or `17` at place 4. */
const dayOf = (text: string): number => (text.charCodeAt(4) === 32 ? digits(text, 5, 1) : digits(text, 4, 2));

/** The milliseconds of `.123456` that end the text; 0 where it ends before, undefined where something else follows. */
function fraction(text: string, at: number): number | undefined {
  if (text.length === at) return 0;
  const count = text.length - at - 1;
  if (text.charCodeAt(at) !== 46 || count < 1 || count > 9 || digits(text, at + 1, count) < 0)
    return undefined;
  const kept = Math.min(3, count);
  return digits(text, at + 1, kept) * 10 ** (3 - kept);
}

function inYear(time: Omit<CivilTime, 'year'>, year: number, toUtc: LocalToUtc): number | undefined {
  const civil = { ...time, year };
  return isCivilTime(civil) ? toUtc(utcMs(civil)) : undefined;
}

/** 29 February may lie up to eight years back (1896 to 1904, 2096 to 2104); every other date is found in two steps. */
function latestYear(time: Omit<CivilTime, 'year'>, context: SyslogTimeContext): number | undefined {
  const newest = yearOf(context.referenceMs + aheadMs);
  for (let year = newest; year >= newest - 8; year -= 1) {
    const timeMs = inYear(time, year, context.toUtc);
    if (timeMs !== undefined && timeMs <= context.referenceMs + aheadMs) return timeMs;
  }
  return undefined;
}
