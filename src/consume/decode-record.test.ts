import { describe, expect, test } from 'vitest';
import { decodeRecord, decodeText } from '../../test/support/decode.ts';
import { logRecord } from '../../test/support/log-record.ts';
import { elementsMax } from './elements.ts';
import { depthMax } from './parse-json.ts';

describe('JSON', () => {
  test('an object is one event, with its position, its source and weight 1', () => {
    const { events, reason } = decodeText('{"a":{"b":1}}');
    expect(reason).toBeNull();
    expect(events).toEqual([
      {
        fields: { a: { b: 1 } },
        timeMs: Date.parse('2026-03-01T12:00:00Z'),
        timeOrigin: 'record',
        source: 'test',
        position: { topic: 'logs.test', partition: 3, offset: 41, index: 0 },
        weight: 1,
      },
    ]);
  });

  test('an array of objects is an event each, told apart by index', () => {
    const { events } = decodeText('[{"n":0},{"n":1},{"n":2}]');
    expect(events.map((event) => [event.fields['n'], event.position.index])).toEqual([
      [0, 0],
      [1, 1],
      [2, 2],
    ]);
  });

  test('good elements of an array with bad ones are events, and keep their index; the record is a dead letter too', () => {
    const { events, reason } = decodeText('[{"n":0},7,null,{"n":3},[{}],"x"]');
    expect(reason).toBe('not-an-object');
    expect(events.map((event) => [event.fields['n'], event.position.index])).toEqual([
      [0, 0],
      [3, 3],
    ]);
  });

  test.each([
    '',
    ' ',
    '\n',
    '{',
    '{"a":1',
    '{"a":1}}',
    "{'a':1}",
    '{a:1}',
    'plain text',
    '{"a":NaN}',
    '{"a":\u00001}',
    '\u0000',
    '{"a":"\u0001"}',
  ])('%j is a dead letter and no event', (value) => {
    const { events, reason } = decodeText(value);
    expect(events).toEqual([]);
    expect(reason).toBe(value === '' ? 'empty' : 'invalid-json');
  });

  test.each(['1', '"text"', 'true', 'null', '-0.5e3', '[1]', '[[]]'])(
    '%s is no object: a dead letter',
    (value) => {
      expect(decodeText(value)).toMatchObject({ events: [], reason: 'not-an-object' });
    },
  );

  test('an array without elements is empty', () => {
    expect(decodeText('[]')).toMatchObject({ events: [], reason: 'empty' });
  });

  test('a tombstone is neither an event nor an error, and is noted', () => {
    expect(decodeRecord(logRecord(null))).toMatchObject({ events: [], reason: null, notes: ['tombstone'] });
  });

  test('bytes that are no UTF-8 hide nothing: an event with U+FFFD, and a dead letter', () => {
    const value = Buffer.concat([Buffer.from('{"user":"a'), Buffer.from([0xff]), Buffer.from('b"}')]);
    expect(decodeRecord(logRecord(value))).toMatchObject({
      fields: [{ user: 'a\ufffdb' }],
      reason: 'invalid-utf8',
    });
  });

  test('U+FFFD that was sent as such is only a character', () => {
    expect(decodeText('{"user":"a\ufffdb"}')).toMatchObject({ fields: [{ user: 'a\ufffdb' }], reason: null });
  });

  test('bytes that are neither UTF-8 nor JSON are a dead letter alone', () => {
    expect(decodeRecord(logRecord(Buffer.from([0xff, 0xfe, 0x00])))).toMatchObject({
      events: [],
      reason: 'invalid-utf8',
    });
  });

  test('__proto__ is a key like any other and changes no prototype', () => {
    const { fields } = decodeText('{"__proto__":{"admin":true},"constructor":{"prototype":1},"a":1}');
    expect(Object.keys(fields[0] ?? {})).toEqual(['__proto__', 'constructor', 'a']);
    expect(Object.getPrototypeOf(fields[0])).toBe(Object.prototype);
    expect((fields[0] as Record<string, unknown>)['admin']).toBeUndefined();
    expect(({} as Record<string, unknown>)['admin']).toBeUndefined();
  });

  test('numbers beyond 2^53 are events, rounded', () => {
    expect(decodeText('{"a":9007199254740993,"b":-9214364837600034816,"c":1e999}').fields).toEqual([
      { a: 9007199254740992, b: -9214364837600035000, c: Number.POSITIVE_INFINITY },
    ]);
  });

  test.each([
    { levels: depthMax, reason: null },
    { levels: depthMax + 1, reason: 'too-deep' },
    { levels: 10_000, reason: 'too-deep' },
    { levels: 500_000, reason: 'too-deep' },
  ])('$levels levels: $reason', ({ levels, reason }) => {
    const value = `{"a":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;
    expect(decodeText(value).reason).toBe(reason);
    expect(decodeText(`${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`).reason).toBe(reason);
  });

  test('brackets in texts are no depth', () => {
    expect(decodeText(JSON.stringify({ text: '[{'.repeat(5_000) })).reason).toBeNull();
  });

  test('5 MB are an event', () => {
    expect(decodeText(JSON.stringify({ text: 'x'.repeat(5_000_000) })).fields[0]?.['text']).toHaveLength(
      5_000_000,
    );
  });

  test('more elements than fit in memory at once are a dead letter whole', () => {
    expect(decodeText(`[${'{},'.repeat(elementsMax)}{}]`)).toMatchObject({
      events: [],
      reason: 'too-many-events',
    });
    expect(decodeText(`[${'{},'.repeat(elementsMax - 1)}{}]`).events).toHaveLength(elementsMax);
  });

  test('a byte order mark, a line break and the prefix of a schema registry are no content', () => {
    expect(decodeText('\ufeff{"a":1}\r\n').fields).toEqual([{ a: 1 }]);
    expect(
      decodeRecord(logRecord(Buffer.concat([Buffer.from([0, 0, 0, 1, 200]), Buffer.from('{"a":1}')]))).fields,
    ).toEqual([{ a: 1 }]);
  });

  test('a value in a plain byte array, in the middle of its memory, is read as it is', () => {
    const memory = new TextEncoder().encode('xx{"a":1}yy');
    expect(decodeRecord(logRecord(memory.subarray(2, 9))).fields).toEqual([{ a: 1 }]);
  });
});

describe('text', () => {
  test('is the message of an event', () => {
    expect(decodeText('anything\u0000 at all', { format: 'text' }).fields).toEqual([
      { message: 'anything\u0000 at all' },
    ]);
  });

  test.each(['text', 'syslog'] as const)('without a byte is empty as %s', (format) => {
    expect(decodeText('', { format })).toMatchObject({ events: [], reason: 'empty' });
  });
});
