import { DateTime, Info } from 'luxon';

/** A time interval as people write it in the configuration: all members given must hold, one of several values suffices. */
export interface WrittenTimeInterval {
  /** `{ "from": "09:00", "to": "17:00" }`, the end not included; 24:00 is the end of the day. */
  readonly times?: readonly { readonly from: string; readonly to: string }[];
  /** `monday:friday`, `sunday`. */
  readonly weekdays?: readonly string[];
  /** `1:7`; from the month's end with a minus: `-1` is its last day. */
  readonly daysOfMonth?: readonly string[];
  /** `january:march`, `12`. */
  readonly months?: readonly string[];
  /** `2026:2027`. */
  readonly years?: readonly string[];
  /** IANA name of the zone in which all that is meant; UTC. */
  readonly location?: string;
}

/** From one number to another, both included. */
interface Range {
  readonly from: number;
  readonly to: number;
}

/** A time interval, read. An empty list asks for nothing. */
export interface TimeInterval {
  /** Minutes of the day; the last one is the last that belongs to it. */
  readonly times: readonly Range[];
  /** 1 is Monday. */
  readonly weekdays: readonly Range[];
  /** Below zero: counted from the end. */
  readonly daysOfMonth: readonly Range[];
  readonly months: readonly Range[];
  readonly years: readonly Range[];
  readonly zone: string;
}

/** What is wrong with a written interval: at which member, and what. */
export interface TimeIntervalFault {
  readonly at: readonly (string | number)[];
  readonly what: string;
}

const weekdayNames = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
const monthNames = Info.months('long', { locale: 'en' }).map((name) => name.toLowerCase());

/** Reads an interval. The semantics are those of Alertmanager's `time_intervals`. All faults at once. */
export function readTimeInterval(written: WrittenTimeInterval): {
  interval: TimeInterval;
  faults: readonly TimeIntervalFault[];
} {
  const faults: TimeIntervalFault[] = [];
  const zone = written.location ?? 'UTC';
  if (!Info.normalizeZone(zone).isValid)
    faults.push({
      at: ['location'],
      what: `no time zone is named "${zone}"; write one such as Europe/Zurich`,
    });
  const ranges = (member: RangeMember): readonly Range[] =>
    (written[member] ?? []).flatMap((text, index) => {
      const range = readRange(text, rangeKinds[member]);
      if (typeof range !== 'string') return [range];
      faults.push({ at: [member, index], what: range });
      return [];
    });
  const times = (written.times ?? []).flatMap((time, index) => {
    const range = readTimes(time);
    if (typeof range !== 'string') return [range];
    faults.push({ at: ['times', index], what: range });
    return [];
  });
  const interval = {
    times,
    weekdays: ranges('weekdays'),
    daysOfMonth: ranges('daysOfMonth'),
    months: ranges('months'),
    years: ranges('years'),
    zone,
  };
  return { interval, faults };
}

type RangeMember = 'weekdays' | 'daysOfMonth' | 'months' | 'years';

interface RangeKind {
  readonly names: readonly string[];
  readonly min: number;
  readonly max: number;
  readonly example: string;
}

const rangeKinds: Readonly<Record<RangeMember, RangeKind>> = {
  weekdays: { names: weekdayNames, min: 1, max: 7, example: 'monday:friday' },
  daysOfMonth: { names: [], min: -31, max: 31, example: '1:7, or -1 for the last day' },
  months: { names: monthNames, min: 1, max: 12, example: 'january:march' },
  years: { names: [], min: 1970, max: 9999, example: '2026:2027' },
};

/** The range, or what is wrong with it. */
function readRange(text: string, kind: RangeKind): Range | string {
  const [first = '', last = first, ...more] = text.toLowerCase().split(':');
  const from = readNumber(first.trim(), kind);
  const to = readNumber(last.trim(), kind);
  if (from === null || to === null || more.length > 0) return `"${text}" is none; write ${kind.example}`;
  // From the second to the last day but one (`2:-2`) is a range; from the last to the second day is none.
  const isToEnd = from > 0 && to < 0;
  const isBackwards = from < 0 && to > 0;
  if (isBackwards || (from > to && !isToEnd)) return `"${text}" ends before it begins; write ${kind.example}`;
  return { from, to };
}

function readNumber(text: string, { names, min, max }: RangeKind): number | null {
  const named = names.indexOf(text);
  if (named >= 0) return named + 1;
  const value = /^-?\d{1,4}$/.test(text) ? Number(text) : 0;
  return value === 0 || value < min || value > max ? null : value;
}

function readTimes({ from, to }: { from: string; to: string }): Range | string {
  const first = minuteOf(from);
  const end = minuteOf(to);
  if (first === null || end === null) return `"${from}" to "${to}" are no times; write 09:00 and 17:00`;
  if (first >= end)
    return `${to} is not after ${from}; for a night write two: ${from} to 24:00, 00:00 to ${to}`;
  return { from: first, to: end - 1 };
}

function minuteOf(text: string): number | null {
  const [, hours = '', minutes = ''] = /^(\d{1,2}):(\d{2})$/.exec(text) ?? [];
  const minute = hours === '' ? Number.NaN : Number(hours) * 60 + Number(minutes);
  return Number(minutes) < 60 && minute <= 24 * 60 ? minute : null;
}

/** Whether a moment of the wall clock, milliseconds, lies within the interval. */
export function isWithin(interval: TimeInterval, atMs: number): boolean {
  const at = DateTime.fromMillis(atMs, { zone: interval.zone });
  const { times, weekdays, daysOfMonth, months, years } = interval;
  return (
    isOneOf(at.hour * 60 + at.minute, times) &&
    isOneOf(at.weekday, weekdays) &&
    isDay(at.day, at.daysInMonth ?? 31, daysOfMonth) &&
    isOneOf(at.month, months) &&
    isOneOf(at.year, years)
  );
}

const isOneOf = (value: number, ranges: readonly Range[]): boolean =>
  ranges.length === 0 || ranges.some(({ from, to }) => value >= from && value <= to);

/** Days of the range that the month has not are left out; a range that lies wholly behind its end holds no day. */
function isDay(day: number, days: number, ranges: readonly Range[]): boolean {
  const counted = (value: number): number => (value < 0 ? days + 1 + value : value);
  return (
    ranges.length === 0 ||
    ranges.some(({ from, to }) => day >= Math.max(1, counted(from)) && day <= counted(to))
  );
}

/** Whether a moment lies within one of the intervals. */
export const isWithinAny = (intervals: readonly TimeInterval[], atMs: number): boolean =>
  intervals.some((interval) => isWithin(interval, atMs));

const minuteMs = 60_000;
const dayMs = 86_400_000;
/** How far ahead a change is looked for; where none is, that is when to look again. */
const daysAhead = 400;

/**
 * The first minute after a moment at which being within one of the intervals changes, milliseconds; where nothing
 * changes for 400 days, the moment to ask again. Clocks that go forward or back are taken as they are in the zone.
 */
export function nextChangeMs(intervals: readonly TimeInterval[], atMs: number): number {
  const isIn = isWithinAny(intervals, atMs);
  let knownMs = Math.floor(atMs / minuteMs) * minuteMs;
  for (const candidateMs of candidates(intervals, atMs)) {
    if (isWithinAny(intervals, candidateMs) === isIn) {
      knownMs = Math.max(knownMs, candidateMs);
      continue;
    }
    return firstChange(intervals, { isIn, knownMs, changedMs: candidateMs });
  }
  return atMs + daysAhead * dayMs;
}

/**
 * Moments at which something can change, in order: in each zone each day's midnight and the ends of its times. A day is
 * another time in each zone, so only what lies before the end of everybody's day is known to be next.
 */
function* candidates(intervals: readonly TimeInterval[], atMs: number): Generator<number> {
  let later: number[] = [];
  for (let day = 0; day < daysAhead; day += 1) {
    const days = intervals.map((interval) => momentsOf(interval, { atMs, day }));
    const moments = [...later, ...days.flatMap(({ moments }) => moments)].sort((a, b) => a - b);
    const knownMs = Math.min(...days.map(({ endMs }) => endMs));
    for (const moment of moments) if (moment > atMs && moment <= knownMs) yield moment;
    later = moments.filter((moment) => moment > knownMs);
  }
}

/** Of the nth day from a moment on, in the interval's zone. */
function momentsOf(
  { times, zone }: TimeInterval,
  { atMs, day }: { atMs: number; day: number },
): { moments: readonly number[]; endMs: number } {
  const start = DateTime.fromMillis(atMs, { zone }).startOf('day').plus({ days: day });
  const minutes = [0, 24 * 60, ...times.flatMap(({ from, to }) => [from, to + 1])];
  const moments = minutes.map((minute) =>
    start.set({ hour: Math.floor(minute / 60), minute: minute % 60 }).toMillis(),
  );
  return { moments, endMs: start.plus({ days: 1 }).startOf('day').toMillis() };
}

/** Where a clock was put forward or back, the change lies before the time that was looked at: between the two. */
function firstChange(
  intervals: readonly TimeInterval[],
  { isIn, knownMs, changedMs }: { isIn: boolean; knownMs: number; changedMs: number },
): number {
  let from = knownMs;
  let to = changedMs;
  while (to - from > minuteMs) {
    const middle = from + Math.ceil((to - from) / 2 / minuteMs) * minuteMs;
    if (middle >= to) break;
    if (isWithinAny(intervals, middle) === isIn) from = middle;
    else to = middle;
  }
  return to;
}
