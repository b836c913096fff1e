import { describe, expect, test } from 'vitest';
import { decodeRecord, decodeText } from '../../test/support/decode.ts';
import { logRecord } from '../../test/support/log-record.ts';

describe('explode', () => {
  test('each element of the named array is an event', () => {
    expect(decodeText('{"Records":[{"n":0},{"n":1}],"x":1}', { explode: 'Records' }).fields).toEqual([
      { n: 0 },
      { n: 1 },
    ]);
  });

  test('an object without that array is an event itself', () => {
    expect(decodeText('{"n":0}', { explode: 'Records' }).fields).toEqual([{ n: 0 }]);
    expect(decodeText('{"Records":7}', { explode: 'Records' }).fields).toEqual([{ Records: 7 }]);
  });

  test('a profile knows its array', () => {
    const { events } = decodeText('{"Records":[{"eventTime":"2023-11-10T16:24:34Z"}]}', {
      profile: 'cloudtrail',
    });
    expect(events[0]).toMatchObject({ timeMs: Date.parse('2023-11-10T16:24:34Z'), timeOrigin: 'field' });
  });
});

describe('unwrap', () => {
  const line = 'Mar  1 11:59:00 web-1 sshd[7]: Invalid user x from 203.0.113.7 port 22';

  test('a syslog line inside JSON is an event with the fields of both', () => {
    const { events } = decodeText(JSON.stringify({ message: line, agent: { name: 'a' } }), {
      format: 'syslog',
      unwrap: 'message',
    });
    expect(events[0]?.fields).toMatchObject({
      agent: { name: 'a' },
      message: 'Invalid user x from 203.0.113.7 port 22',
      source: { ip: '203.0.113.7', port: 22 },
    });
    expect(events[0]?.timeMs).toBe(Date.parse('2026-03-01T11:59:00Z'));
  });

  test('JSON inside JSON lies over what is around it, and the text it was in goes', () => {
    const value = JSON.stringify({ log: '{"level":"warn","stream":"inner"}', stream: 'stdout', id: 7 });
    expect(decodeText(value, { unwrap: 'log' }).fields).toEqual([{ stream: 'inner', id: 7, level: 'warn' }]);
  });

  test('an object that a shipper has parsed already is unwrapped as well', () => {
    expect(decodeText('{"log":{"a":1},"b":2}', { unwrap: 'log' }).fields).toEqual([{ a: 1, b: 2 }]);
  });

  test.each(['{"log":"plain text"}', '{"log":"[1]"}', '{"log":7}', '{"other":1}', '{"log":"{\\"a\\":"}'])(
    '%s is an event as it stands, and noted',
    (value) => {
      expect(decodeText(value, { unwrap: 'log' })).toMatchObject({
        fields: [JSON.parse(value)],
        reason: null,
        notes: ['not-unwrapped'],
      });
    },
  );

  test('what is around it keeps a key __proto__ from doing anything', () => {
    const { fields } = decodeText(
      '{"__proto__":{"admin":1},"log":"{\\"__proto__\\":{\\"root\\":1},\\"a\\":1}"}',
      { unwrap: 'log' },
    );
    expect(Object.getPrototypeOf(fields[0])).toBe(Object.prototype);
    expect((fields[0] as Record<string, unknown>)['root']).toBeUndefined();
  });
});

describe('event time', () => {
  const time = { field: 'when', format: 'iso8601', zone: 'UTC' };

  test.each([
    {
      title: 'the field',
      value: { when: '2026-01-01T00:00:00.5Z' },
      timestampMs: 5,
      expected: ['2026-01-01T00:00:00.500Z', 'field'],
      notes: [],
    },
    {
      title: 'the record, where the field is missing',
      value: {},
      timestampMs: 5,
      expected: ['1970-01-01T00:00:00.005Z', 'record'],
      notes: ['time-missing'],
    },
    {
      title: 'the record, where the field is null',
      value: { when: null },
      timestampMs: 5,
      expected: ['1970-01-01T00:00:00.005Z', 'record'],
      notes: ['time-missing'],
    },
    {
      title: 'the record, where the field is no time',
      value: { when: 'soon' },
      timestampMs: 5,
      expected: ['1970-01-01T00:00:00.005Z', 'record'],
      notes: ['time-unparsable'],
    },
    {
      title: 'arrival, where the record has none',
      value: {},
      timestampMs: -1,
      expected: ['2026-03-01T12:00:05.000Z', 'arrival'],
      notes: ['time-missing'],
    },
    {
      title: "arrival, where the record's is absurd",
      value: {},
      timestampMs: 1e17,
      expected: ['2026-03-01T12:00:05.000Z', 'arrival'],
      notes: ['time-missing'],
    },
  ])('is $title', ({ value, timestampMs, expected, notes }) => {
    const decoded = decodeRecord(logRecord(JSON.stringify(value), { timestampMs }), { time });
    expect([new Date(decoded.events[0]?.timeMs ?? 0).toISOString(), decoded.events[0]?.timeOrigin]).toEqual(
      expected,
    );
    expect(decoded.notes).toEqual(notes);
  });

  test('stands in a dotted key or in levels', () => {
    const spec = { field: 'a.b', format: 'epoch-s', zone: 'UTC' };
    expect(decodeText('{"a.b":1}', { time: spec }).events[0]?.timeMs).toBe(1_000);
    expect(decodeText('{"a":{"b":2}}', { time: spec }).events[0]?.timeMs).toBe(2_000);
  });

  test("of a syslog line is its header's, with the source's zone and year", () => {
    const changes = {
      format: 'syslog',
      time: { format: 'syslog', zone: 'Europe/Zurich', year: 2017 },
    } as const;
    expect(decodeText('Mar 27 13:06:56 h p: m', changes).events[0]?.timeMs).toBe(
      Date.parse('2017-03-27T11:06:56Z'),
    );
  });
});
