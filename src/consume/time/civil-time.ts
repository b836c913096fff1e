/** A date and a time of day as written, in no zone. `month` and `day` count from 1. */
export interface CivilTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly ms: number;
}

const dayMs = 86_400_000;
const daysBeforeMonth = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];

const isLeapYear = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

/** Days in a month of the Gregorian calendar; 0 where there is no such month. */
function daysInMonth(year: number, month: number): number {
  if (month < 1 || month > 12) return 0;
  if (month === 2) return isLeapYear(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Whether such a date and time exist. Second 60 does (RFC 3339): a leap second counts as the next second. */
export const isCivilTime = (time: CivilTime): boolean =>
  time.day >= 1 &&
  time.day <= daysInMonth(time.year, time.month) &&
  time.hour <= 23 &&
  time.minute <= 59 &&
  time.second <= 60;

/** Milliseconds since the epoch of a civil time taken as UTC. Gregorian calendar, years from 1 on. */
export function utcMs(time: CivilTime): number {
  const before = time.year - 1;
  const leapDays = Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400);
  const leapDay = time.month > 2 && isLeapYear(time.year) ? 1 : 0;
  const days =
    before * 365 + leapDays - 719_162 + (daysBeforeMonth[time.month - 1] ?? 0) + leapDay + time.day - 1;
  return days * dayMs + time.hour * 3_600_000 + time.minute * 60_000 + time.second * 1_000 + time.ms;
}

/** The year (UTC) in which a time lies; years 1 to 9999. */
export function yearOf(timeMs: number): number {
  const guess = 1970 + Math.floor(timeMs / (365.2425 * dayMs));
  const startOf = (year: number): number =>
    utcMs({ year, month: 1, day: 1, hour: 0, minute: 0, second: 0, ms: 0 });
  if (timeMs < startOf(guess)) return guess - 1;
  return timeMs >= startOf(guess + 1) ? guess + 1 : guess;
}

/** The end of the year 9999: what four digits can write, and every sink can read. */
const latestMs = 253_402_300_799_999;

/** Whether a time can be the time of an event: from 1970 to 9999. */
export const isEventTime = (timeMs: number): boolean => timeMs >= 0 && timeMs <= latestMs;

/** `count` decimal digits of the text from `at` on, as a number; -1 where one of them is no digit. */
export function digits(text: string, at: number, count: number): number {
  let value = 0;
  for (let index = at; index < at + count; index += 1) {
    const digit = text.charCodeAt(index) - 48;
    if (!(digit >= 0 && digit <= 9)) return -1;
    value = value * 10 + digit;
  }
  return value;
}
