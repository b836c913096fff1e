import { describe, expect, test } from 'vitest';
import { logRecord } from '../../test/support/log-record.ts';
import { deadLetter } from './dead-letter.ts';
import { failure } from './decode-failure.ts';

const value = Buffer.from([0xff, 0x00, 0x7b]);
const record = logRecord(value, {
  key: Buffer.from('key'),
  headers: [
    ['trace', Buffer.from('1')],
    ['trace', Buffer.from('2')],
    ['reason', Buffer.from("the producer's own")],
  ],
});

const texts = (headers: readonly (readonly [string, Uint8Array])[]): [string, string][] =>
  headers.map(([name, bytes]) => [name, Buffer.from(bytes).toString()]);

describe('a dead letter', () => {
  const letter = deadLetter(record, failure('invalid-utf8', 'no text'), 'tocsin.dead-letters');

  test('is the record whole: its key, its bytes, its time', () => {
    expect(letter.topic).toBe('tocsin.dead-letters');
    expect(letter.key).toBe(record.key);
    expect(letter.value).toBe(value);
    expect(letter.timestampMs).toBe(record.timestampMs);
  });

  test("has the record's own headers, in order, and then why and from where", () => {
    expect(texts(letter.headers)).toEqual([
      ['trace', '1'],
      ['trace', '2'],
      ['reason', "the producer's own"],
      ['tocsin-reason', 'invalid-utf8'],
      ['tocsin-detail', 'no text'],
      ['tocsin-topic', 'logs.test'],
      ['tocsin-partition', '3'],
      ['tocsin-offset', '41'],
      ['tocsin-timestamp', '1772366400000'],
    ]);
  });

  test('read again says only where it was read last', () => {
    const again = deadLetter({ ...record, ...letter, partition: 0, offset: 7 }, failure('empty', ''), 'x');
    expect(texts(again.headers).filter(([name]) => name.startsWith('tocsin-'))).toHaveLength(6);
    expect(texts(again.headers)).toContainEqual(['tocsin-offset', '7']);
  });

  test('quotes nothing that steers a terminal, and nothing long', () => {
    const angry = deadLetter(record, failure('invalid-json', `\u001b[2J\u202e\n${'x'.repeat(1_000)}`), 'x');
    const detail = texts(angry.headers).find(([name]) => name === 'tocsin-detail')?.[1] ?? '';
    expect(detail).toMatch(/^[^\p{C}]+$/u);
    expect(detail.length).toBeLessThanOrEqual(300);
  });

  test('of a record without a timestamp has time zero', () => {
    expect(deadLetter({ ...record, timestampMs: -1 }, failure('empty', ''), 'x').timestampMs).toBe(0);
  });
});
