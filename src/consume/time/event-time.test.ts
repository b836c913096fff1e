import { describe, expect, test } from 'vitest';
import { compileTimeReader } from './event-time.ts';

const at = (iso: string): number => Date.parse(iso);
const referenceMs = at('2026-06-15T12:00:00Z');

function read(value: unknown, spec: { format: string; zone?: string; year?: number }): number | undefined {
  return compileTimeReader({ zone: 'UTC', ...spec })(value, referenceMs);
}

describe('a time since the epoch', () => {
  test.each([
    { value: 1582018361.123, format: 'epoch-s', expected: 1582018361123 },
    { value: 1591367999.305988, format: 'epoch-s', expected: 1591367999305 },
    { value: '1591367999.305988', format: 'epoch-s', expected: 1591367999305 },
    { value: 1510544836, format: 'epoch-s', expected: 1510544836000 },
    { value: 0, format: 'epoch-s', expected: 0 },
    { value: 1591367999305, format: 'epoch-ms', expected: 1591367999305 },
    { value: 1591367999305.9, format: 'epoch-ms', expected: 1591367999305 },
    { value: '1591367999305999', format: 'epoch-us', expected: 1591367999305 },
    { value: 1591367999305000, format: 'epoch-us', expected: 1591367999305 },
    { value: '1591367999305999999', format: 'epoch-ns', expected: 1591367999305 },
    { value: 1591367999305000000, format: 'epoch-ns', expected: 1591367999305 },
  ])('$value as $format', ({ value, format, expected }) => {
    expect(read(value, { format })).toBe(expected);
  });

  test('whole milliseconds, written as seconds with a fraction, are read back exactly', () => {
    for (let ms = 1_700_000_000_000; ms < 1_700_000_005_000; ms += 1) {
      expect(
        read(Number(`${Math.floor(ms / 1_000)}.${String(ms % 1_000).padStart(3, '0')}`), {
          format: 'epoch-s',
        }),
      ).toBe(ms);
    }
  });

  test.each([
    -1,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    1e300,
    '',
    ' ',
    '1e9',
    '-5',
    '12:00',
    'x',
    null,
    undefined,
    true,
    {},
    [1],
  ])('%o is none', (value) => {
    expect(read(value, { format: 'epoch-s' })).toBeUndefined();
  });

  test.each([
    [1591367999, 1591367999000],
    [1591367999.5, 1591367999500],
    [1591367999305, 1591367999305],
    [1591367999305988, 1591367999305],
    ['1591367999305988000', 1591367999305],
  ])('auto guesses the unit of %o by its size', (value, expected) => {
    expect(read(value, { format: 'auto' })).toBe(expected);
  });
});

describe('a syslog time has no year', () => {
  const from = (iso: string): number => at(iso);
  test.each([
    {
      title: 'this year',
      written: 'Jun 15 11:59:00',
      now: '2026-06-15T12:00:00Z',
      expected: '2026-06-15T11:59:00Z',
    },
    {
      title: 'one digit of day, padded',
      written: 'Jun  5 11:59:00',
      now: '2026-06-15T12:00:00Z',
      expected: '2026-06-05T11:59:00Z',
    },
    {
      title: 'one digit of day, with a zero',
      written: 'Jun 05 11:59:00',
      now: '2026-06-15T12:00:00Z',
      expected: '2026-06-05T11:59:00Z',
    },
    {
      title: 'December read in January is last year',
      written: 'Dec 31 23:59:59',
      now: '2026-01-01T00:00:05Z',
      expected: '2025-12-31T23:59:59Z',
    },
    {
      title: 'a clock slightly ahead is not a year behind',
      written: 'Jan  1 00:00:05',
      now: '2025-12-31T23:59:59Z',
      expected: '2026-01-01T00:00:05Z',
    },
    {
      title: 'three days ahead is this year',
      written: 'Jun 18 11:59:59',
      now: '2026-06-15T12:00:00Z',
      expected: '2026-06-18T11:59:59Z',
    },
    {
      title: 'more than three days ahead is last year',
      written: 'Jun 18 12:00:01',
      now: '2026-06-15T12:00:00Z',
      expected: '2025-06-18T12:00:01Z',
    },
    {
      title: '29 February is in a leap year',
      written: 'Feb 29 10:00:00',
      now: '2026-06-15T12:00:00Z',
      expected: '2024-02-29T10:00:00Z',
    },
    {
      title: 'a year that is written counts',
      written: 'Mar 27 2017 13:06:56',
      now: '2026-06-15T12:00:00Z',
      expected: '2017-03-27T13:06:56Z',
    },
    {
      title: 'a fraction is cut to milliseconds',
      written: 'Jun  5 11:59:00.1239',
      now: '2026-06-15T12:00:00Z',
      expected: '2026-06-05T11:59:00.123Z',
    },
    {
      title: "rsyslog's ISO-8601 is one too",
      written: '2026-08-22T10:15:30.123456+02:00',
      now: '2026-06-15T12:00:00Z',
      expected: '2026-08-22T08:15:30.123Z',
    },
  ])('$title', ({ written, now, expected }) => {
    expect(compileTimeReader({ format: 'syslog', zone: 'UTC' })(written, from(now))).toBe(at(expected));
  });

  test('the configured year counts, and does not roll over', () => {
    expect(read('Dec 31 23:59:59', { format: 'syslog', year: 2017 })).toBe(at('2017-12-31T23:59:59Z'));
    expect(read('Feb 29 00:00:00', { format: 'syslog', year: 2017 })).toBeUndefined();
  });

  test.each([
    '',
    'Jun',
    'Jun 15',
    'Jnu 15 11:59:00',
    'Jun 32 11:59:00',
    'Jun 00 11:59:00',
    'Jun 15 25:59:00',
    'Jun 15 11:59',
    'Jun 15 11:59:00x',
    'unF 15 11:59:00',
    7,
  ])('%o is none', (written) => {
    expect(read(written, { format: 'syslog' })).toBeUndefined();
  });
});

describe('a zone', () => {
  test.each([
    { written: '2026-07-01 12:00:00', zone: 'Europe/Zurich', expected: '2026-07-01T10:00:00Z' },
    { written: '2026-01-01 12:00:00', zone: 'Europe/Zurich', expected: '2026-01-01T11:00:00Z' },
    { written: '2026-03-29 01:59:59', zone: 'Europe/Zurich', expected: '2026-03-29T00:59:59Z' },
    { written: '2026-03-29 03:00:00', zone: 'Europe/Zurich', expected: '2026-03-29T01:00:00Z' },
    { written: '2026-10-25 03:00:00', zone: 'Europe/Zurich', expected: '2026-10-25T02:00:00Z' },
    { written: '2020-08-05 02:09:49', zone: 'America/New_York', expected: '2020-08-05T06:09:49Z' },
    { written: '2026-07-01 12:00:00', zone: 'Asia/Kolkata', expected: '2026-07-01T06:30:00Z' },
    { written: '2026-07-01 12:00:00', zone: 'UTC+2', expected: '2026-07-01T10:00:00Z' },
    { written: '2026-07-01T12:00:00Z', zone: 'Europe/Zurich', expected: '2026-07-01T12:00:00Z' },
  ])('$written in $zone is $expected', ({ written, zone, expected }) => {
    expect(read(written, { format: 'iso8601', zone })).toBe(at(expected));
  });

  test('a local time that was there twice is one of the two, always the same', () => {
    const reader = compileTimeReader({ format: 'iso8601', zone: 'Europe/Zurich' });
    const timeMs = reader('2026-10-25 02:30:00', referenceMs);
    expect([at('2026-10-25T00:30:00Z'), at('2026-10-25T01:30:00Z')]).toContain(timeMs);
    expect(reader('2026-10-25 02:30:00', referenceMs)).toBe(timeMs);
  });

  test('a syslog time is in it as well', () => {
    expect(read('Jun 15 12:00:00', { format: 'syslog', zone: 'Asia/Tokyo' })).toBe(
      at('2026-06-15T03:00:00Z'),
    );
  });
});

describe('a Luxon pattern', () => {
  test.each([
    {
      written: '03/Oct/2026:12:00:00 +0900',
      format: 'dd/LLL/yyyy:HH:mm:ss ZZZ',
      zone: 'UTC',
      expected: '2026-10-03T03:00:00Z',
    },
    {
      written: '07/04/2026 03:05 PM',
      format: 'LL/dd/yyyy hh:mm a',
      zone: 'UTC',
      expected: '2026-07-04T15:05:00Z',
    },
    {
      written: '20260704-150506.789',
      format: 'yyyyLLdd-HHmmss.SSS',
      zone: 'Europe/Zurich',
      expected: '2026-07-04T13:05:06.789Z',
    },
  ])('$format reads $written', ({ written, format, zone, expected }) => {
    expect(read(written, { format, zone })).toBe(at(expected));
  });

  test.each(['', 'x', '2026', '9'.repeat(1_000_000), 5, null])('%o is none', (written) => {
    expect(read(written, { format: 'yyyy-LL-dd HH:mm' })).toBeUndefined();
  });
});

test.each([
  ['0001-01-01T00:00:00Z', 'iso8601'],
  ['1969-12-31T23:59:59Z', 'iso8601'],
  [99999999999999, 'epoch-s'],
])('%s is no time of an event: before 1970, or after 9999', (value, format) => {
  expect(read(value, { format })).toBeUndefined();
});
