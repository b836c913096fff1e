import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  isWithin,
  isWithinAny,
  nextChangeMs,
  readTimeInterval,
  type TimeInterval,
  type WrittenTimeInterval,
} from './time-interval.ts';

function read(written: WrittenTimeInterval): TimeInterval {
  const { interval, faults } = readTimeInterval(written);
  expect(faults).toEqual([]);
  return interval;
}

const office = {
  weekdays: ['monday:friday'],
  times: [{ from: '09:00', to: '17:00' }],
  location: 'Europe/Zurich',
};

/** A moment, and whether it lies within. */
const cases: readonly [string, WrittenTimeInterval, string, boolean][] = [
  ['nothing asked for is always', {}, '2026-03-01T00:00:00Z', true],
  ['the first minute', office, '2026-03-02T08:00:00Z', true],
  ['a second before', office, '2026-03-02T07:59:59Z', false],
  ['the last second', office, '2026-03-02T15:59:59Z', true],
  ['the end is not included', office, '2026-03-02T16:00:00Z', false],
  ['in summer the zone is an hour further', office, '2026-07-06T07:00:00Z', true],
  ['a Sunday', office, '2026-03-01T10:00:00Z', false],
  ['the last day of February', { daysOfMonth: ['-1'] }, '2026-02-28T12:00:00Z', true],
  ['not the day before', { daysOfMonth: ['-1'] }, '2026-02-27T12:00:00Z', false],
  ['all days but first and last', { daysOfMonth: ['2:-2'] }, '2026-02-27T12:00:00Z', true],
  ['the 31st is in no February', { daysOfMonth: ['29:31'] }, '2026-02-28T12:00:00Z', false],
  ['31 days from the end begin with the first', { daysOfMonth: ['-31:-28'] }, '2026-02-01T12:00:00Z', true],
  ['a month by name', { months: ['january:march'] }, '2026-03-31T12:00:00Z', true],
  ['a month by number', { months: ['4'] }, '2026-03-31T12:00:00Z', false],
  ['the zone tells the month', { months: ['april'], location: 'Asia/Tokyo' }, '2026-03-31T16:00:00Z', true],
  ['years', { years: ['2026:2027'] }, '2028-01-01T00:00:00Z', false],
  ['the end of the day', { times: [{ from: '22:00', to: '24:00' }] }, '2026-03-01T23:59:59Z', true],
  [
    'an hour that was left out',
    { times: [{ from: '02:30', to: '03:30' }], location: 'Europe/Zurich' },
    '2026-03-29T01:10:00Z',
    true,
  ],
];

for (const [name, written, at, expected] of cases)
  test(`${name}: ${at} ${expected}`, () => {
    expect(isWithin(read(written), Date.parse(at))).toBe(expected);
  });

const faulty: readonly [WrittenTimeInterval, (string | number)[], RegExp][] = [
  [{ weekdays: ['monday', 'mon:fri'] }, ['weekdays', 1], /monday:friday/],
  [{ weekdays: ['friday:monday'] }, ['weekdays', 0], /ends before it begins/],
  [{ daysOfMonth: ['0'] }, ['daysOfMonth', 0], /-1 for the last/],
  [{ daysOfMonth: ['-1:2'] }, ['daysOfMonth', 0], /ends before it begins/],
  [{ daysOfMonth: ['32'] }, ['daysOfMonth', 0], /none/],
  [{ months: ['13'] }, ['months', 0], /january:march/],
  [{ months: ['1:2:3'] }, ['months', 0], /none/],
  [{ years: ['26'] }, ['years', 0], /2026/],
  [{ times: [{ from: '9', to: '17:00' }] }, ['times', 0], /09:00/],
  [{ times: [{ from: '22:00', to: '06:00' }] }, ['times', 0], /write two: 22:00 to 24:00, 00:00 to 06:00/],
  [{ times: [{ from: '10:00', to: '24:01' }] }, ['times', 0], /no times/],
  [{ location: 'Europe/Zürich' }, ['location'], /Europe\/Zurich/],
];

for (const [written, at, what] of faulty)
  test(`${JSON.stringify(written)} is refused at ${at.join('.')}`, () => {
    const { faults } = readTimeInterval(written);
    expect(faults).toEqual([{ at, what: expect.stringMatching(what) }]);
  });

test('all faults are told at once', () => {
  const { faults } = readTimeInterval({ weekdays: ['x'], months: ['y'], location: 'Z/Z' });
  expect(faults.map(({ at }) => at[0])).toEqual(['location', 'weekdays', 'months']);
});

const minuteMs = 60_000;

const clock = fc.integer({ min: 0, max: 96 }).map((quarter) => quarter * 15);
const written = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
const time = fc
  .tuple(clock, clock)
  .filter(([from, to]) => from < to)
  .map(([from, to]) => ({ from: written(from), to: written(to) }));
const interval = fc.record(
  {
    times: fc.array(time, { maxLength: 2 }),
    weekdays: fc.constantFrom(['monday:friday'], ['sunday'], ['saturday:sunday', 'monday']),
    location: fc.constantFrom(
      'UTC',
      'Europe/Zurich',
      'America/New_York',
      'Australia/Lord_Howe',
      'Asia/Kathmandu',
    ),
  },
  { requiredKeys: [] },
);

test('the next change is the first minute at which a look around the clock finds one', () => {
  // Around the nights of March, April and October 2026 in which clocks are changed, and anywhere.
  const start = fc.oneof(
    fc
      .constantFrom('2026-03-27', '2026-10-23', '2026-03-06', '2026-04-03', '2026-10-30')
      .map((day) => Date.parse(day)),
    fc.integer({ min: Date.parse('2026-01-01'), max: Date.parse('2027-01-01') }),
  );
  fc.assert(
    fc.property(fc.array(interval, { minLength: 1, maxLength: 2 }), start, (given, atMs) => {
      const intervals = given.map((one) => readTimeInterval(one).interval);
      const isIn = isWithinAny(intervals, atMs);
      const changeMs = nextChangeMs(intervals, atMs);
      expect(changeMs).toBeGreaterThan(atMs);
      const endMs = Math.min(changeMs, atMs + 4 * 86_400_000);
      // Clocks and intervals change at quarters of an hour alone, so a look at each of them sees everything.
      const first = Math.ceil((atMs + 1) / (15 * minuteMs)) * 15 * minuteMs;
      for (let lookMs = first; lookMs < endMs; lookMs += 15 * minuteMs)
        expect(isWithinAny(intervals, lookMs)).toBe(isIn);
      if (changeMs <= endMs) expect(isWithinAny(intervals, changeMs)).toBe(!isIn);
    }),
    { numRuns: 60 },
  );
});

test('a day that ends later elsewhere hides no change', () => {
  const trade = read({ times: [{ from: '15:15', to: '15:30' }], location: 'America/New_York' });
  const weekend = read({ weekdays: ['saturday:sunday'] });
  const thursdayThere = Date.parse('2026-03-27T00:00:00Z');
  expect(nextChangeMs([trade, weekend], thursdayThere)).toBe(Date.parse('2026-03-27T19:15:00Z'));
});

test('where nothing ever changes it is to be asked again some day', () => {
  const atMs = Date.parse('2026-03-01T00:00:00Z');
  expect(nextChangeMs([read({})], atMs)).toBe(atMs + 400 * 86_400_000);
  expect(nextChangeMs([read({ years: ['1999'] })], atMs)).toBe(atMs + 400 * 86_400_000);
});
