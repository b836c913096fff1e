import { invariant } from './invariant.ts';

const dayMs = 86_400_000;
/** The range of ECMAScript's time values: 100,000,000 days to either side of the epoch. */
const farthestMs = 8_640_000_000_000_000;

/**
 * ISO-8601 in UTC with milliseconds, such as `2026-03-01T10:00:00.000Z`, for milliseconds since the epoch: the text
 * that `Date.prototype.toISOString` writes, without the global `Date`. Parts finer than a millisecond are cut; times
 * beyond the range of `Date` become its nearest end, so that an absurd time in a log stops nobody.
 */
export function isoTime(timeMs: number): string {
  invariant(!Number.isNaN(timeMs), 'a time is a number');
  const ms = Math.min(farthestMs, Math.max(-farthestMs, Math.floor(timeMs)));
  const days = Math.floor(ms / dayMs);
  const inDay = ms - days * dayMs;
  const { year, month, day } = civilFromDays(days);
  const date = `${yearText(year)}-${twoDigits[month]}-${twoDigits[day]}`;
  const minutes = Math.floor(inDay / 60_000);
  const clock = `${twoDigits[Math.floor(minutes / 60)]}:${twoDigits[minutes % 60]}`;
  return `${date}T${clock}:${twoDigits[Math.floor(inDay / 1_000) % 60]}.${threeDigits[inDay % 1_000]}Z`;
}

const digits = (value: number, width: number): string => String(value).padStart(width, '0');

/** Numbers as they stand in a time: looked up, for each incident says several times. */
const twoDigits = Array.from({ length: 60 }, (_, value) => digits(value, 2));
const threeDigits = Array.from({ length: 1_000 }, (_, value) => digits(value, 3));

function yearText(year: number): string {
  if (year >= 0 && year <= 9_999) return digits(year, 4);
  return `${year < 0 ? '-' : '+'}${digits(Math.abs(year), 6)}`;
}

/**
 * The Gregorian date of a day counted from 1970-01-01. Years begin in March here, so that the leap day comes last
 * (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days).
 */
function civilFromDays(days: number): { year: number; month: number; day: number } {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const leaps = Math.floor(dayOfEra / 1_460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor((dayOfEra - leaps) / 365);
  const leapDays = Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100);
  const dayOfYear = dayOfEra - (365 * yearOfEra + leapDays);
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}
