import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileIsoTime } from './parse-iso-time.ts';

const utc = (localMs: number): number => localMs;
const parse = compileIsoTime(utc);

describe('an ISO-8601 time', () => {
  test.each([
    ['2026-03-01T10:00:00Z', '2026-03-01T10:00:00.000Z'],
    ['2026-03-01T10:00:00.5Z', '2026-03-01T10:00:00.500Z'],
    ['2026-03-01T10:00:00.12Z', '2026-03-01T10:00:00.120Z'],
    ['2026-03-01t10:00:00.123z', '2026-03-01T10:00:00.123Z'],
    ['2020-10-27T20:00:14.3242341Z', '2020-10-27T20:00:14.324Z'],
    ['2020-10-27T20:00:14.999999999Z', '2020-10-27T20:00:14.999Z'],
    ['2023-09-18T06:13:41.532140+0000', '2023-09-18T06:13:41.532Z'],
    ['2026-08-22T10:15:30.123456+02:00', '2026-08-22T08:15:30.123Z'],
    ['2026-08-22T10:15:30-0330', '2026-08-22T13:45:30.000Z'],
    ['2026-08-22T10:15:30+02', '2026-08-22T08:15:30.000Z'],
    ['2026-08-22 10:15:30,250', '2026-08-22T10:15:30.250Z'],
    ['2026-08-22 10:15:30', '2026-08-22T10:15:30.000Z'],
    ['2024-02-29T23:59:60Z', '2024-03-01T00:00:00.000Z'],
    ['2000-02-29T00:00:00Z', '2000-02-29T00:00:00.000Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
  ])('%s is %s', (written, expected) => {
    expect(parse(written)).toBe(Date.parse(expected));
  });

  test.each([
    '',
    'yesterday',
    '2026-03-01',
    '2026-13-01T10:00:00Z',
    '2026-00-01T10:00:00Z',
    '2026-02-30T10:00:00Z',
    '2025-02-29T10:00:00Z',
    '1900-02-29T10:00:00Z',
    '2026-03-01T24:00:00Z',
    '2026-03-01T10:60:00Z',
    '2026-03-01T10:00:61Z',
    '2026-03-01T10:00:00.Z',
    '2026-03-01T10:00:00Zulu',
    '2026-03-01T10:00:00+1',
    '2026-03-01T10:00:00+01:0',
    '2026-03-01T10:00:00+0:100',
    '2026-03-01T10:00:00+24:00',
    '2026-03-01T10:00:00+01:60',
    '2026-03-01T10:00:00 UTC',
    '2026-3-1T10:00:00Z',
    '+026-03-01T10:00:00Z',
    '2026-03-01T1٠:00:00Z',
    `2026-03-01T10:00:00.${'1'.repeat(100)}Z`,
  ])('"%s" is none', (written) => {
    expect(parse(written)).toBeUndefined();
  });

  test('without a zone the source decides', () => {
    const inParis = compileIsoTime((localMs) => localMs - 3_600_000);
    expect(inParis('2026-03-01T10:00:00')).toBe(Date.parse('2026-03-01T09:00:00Z'));
  });

  test('every time that JavaScript writes is read back, to the millisecond', () => {
    const anyTime = fc.date({
      min: new Date('0001-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59.999Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(anyTime, (date) => {
        expect(parse(date.toISOString())).toBe(date.getTime());
      }),
      { numRuns: 2_000 },
    );
  });

  test('equal texts give equal times, whatever was read before', () => {
    const written = fc.constantFrom(
      '2026-03-01T10:00:00Z',
      '2026-03-01T10:00:59.9Z',
      '2026-03-01T10:61:00Z',
      '2027-03-01T10:00:00+0100',
      'x',
    );
    fc.assert(
      fc.property(fc.array(written, { maxLength: 6 }), (texts) => {
        const fresh = texts.map((text) => compileIsoTime(utc)(text));
        expect(texts.map(compileIsoTime(utc))).toEqual(fresh);
      }),
    );
  });
});
