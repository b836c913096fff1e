import { isoTime } from '../../../shared/iso-time.ts';
import type { TimePart } from '../sigma-value.ts';

/** The parts of a date as far as they are written. */
type DateParts = Readonly<Partial<Record<TimePart, number>>>;

const iso = /^(\d{4})[-/](\d{2})[-/](\d{2})(?:[T ](\d{2}):(\d{2}))?/;
/** `01/Mar/2026:10:00:00`, `Sun, 01 Mar 2026 10:00:00`. */
const dayFirst = /^(?:[A-Z][a-z]{2}, )?(\d{1,2})[ /-]([A-Z][a-z]{2})[ /-](\d{4})(?:[: ](\d{2}):(\d{2}))?/;
/** `Mar  1 10:00:00`, as in syslog: without a year. */
const monthFirst = /^([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d{2}):(\d{2})/;
const epoch = /^\d{9,19}(?:\.\d{1,9})?$/;
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/**
 * A part of a date as it is written, without a change of zone ("not designed to handle timezone or format conversions",
 * specification 2.1); of an epoch time (seconds, milliseconds, micro- or nanoseconds by its size) in UTC. Weeks are those
 * of ISO-8601. Undefined where the value is no date, or does not hold that part.
 */
export function datePart(value: unknown, part: TimePart): number | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const text = String(value);
  const parts = partsOf(epoch.test(text) ? isoTime(epochMs(Number(text))) : text);
  if (parts === undefined) return undefined;
  return part === 'week' ? isoWeek(parts) : parts[part];
}

/** Powers of a thousand: what is later than the year 5138 in one unit is a time of our days in the next. */
function epochMs(written: number): number {
  if (written < 1e11) return written * 1_000;
  if (written < 1e14) return written;
  return written < 1e17 ? written / 1_000 : written / 1_000_000;
}

function partsOf(text: string): DateParts | undefined {
  const [, year, month, day, hour, minute] = iso.exec(text) ?? [];
  if (year !== undefined) return checked({ year, month, day, hour, minute });
  const [, lateDay, lateMonth, lateYear, lateHour, lateMinute] = dayFirst.exec(text) ?? [];
  if (lateDay !== undefined)
    return checked({
      year: lateYear,
      month: monthNumber(lateMonth),
      day: lateDay,
      hour: lateHour,
      minute: lateMinute,
    });
  const [, logMonth, logDay, logHour, logMinute] = monthFirst.exec(text) ?? [];
  return logMonth === undefined
    ? undefined
    : checked({ month: monthNumber(logMonth), day: logDay, hour: logHour, minute: logMinute });
}

const monthNumber = (name: string | undefined): string => String(months.indexOf(name ?? '') + 1);

function checked(written: Readonly<Record<string, string | undefined>>): DateParts | undefined {
  const present = Object.entries(written).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  const parts: DateParts = Object.fromEntries(present.map(([name, text]) => [name, Number(text)]));
  const { month = 1, day = 1, hour = 0, minute = 0 } = parts;
  const isDate = month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour <= 24 && minute <= 59;
  return isDate ? parts : undefined;
}

/** The week that holds this week's Thursday, counted within the Thursday's year. */
function isoWeek({ year, month, day }: DateParts): number | undefined {
  if (year === undefined || month === undefined || day === undefined) return undefined;
  const days = daysFromCivil(year, month, day);
  // 1970-01-01 was a Thursday: day 3 of a week that begins on Monday with 0.
  const thursday = days - ((((days + 3) % 7) + 7) % 7) + 3;
  const yearOfThursday =
    [year - 1, year, year + 1].findLast((each) => daysFromCivil(each, 1, 1) <= thursday) ?? year;
  return Math.floor((thursday - daysFromCivil(yearOfThursday, 1, 1)) / 7) + 1;
}

/** Days since 1970-01-01 (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil). */
function daysFromCivil(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return (
    era * 146_097 +
    yearOfEra * 365 +
    Math.floor(yearOfEra / 4) -
    Math.floor(yearOfEra / 100) +
    dayOfYear -
    719_468
  );
}
