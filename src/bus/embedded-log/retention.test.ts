import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LogReader } from './log-reader.ts';
import { LogWriter } from './log-writer.ts';
import { openLogFile } from './open-log-file.ts';
import { sweepLog } from './retention.ts';

let folder: string;
let db: Database.Database;
let writer: LogWriter;
let reader: LogReader;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-retention-'));
  db = openLogFile(join(folder, 'bus.db'));
  writer = new LogWriter(db);
  reader = new LogReader(db);
});
afterEach(() => {
  db.close();
  rmSync(folder, { recursive: true });
});

const append = (
  topic: string,
  nowMs: number,
  entries: readonly (readonly [string | null, string | null])[],
) => {
  const stored = writer.topic(topic);
  if (stored === undefined) throw new Error(topic);
  const placed = entries.map(([key, value]) => ({
    partition: 0,
    record: {
      topic,
      key: key === null ? null : Buffer.from(key),
      value: value === null ? null : Buffer.from(value),
      headers: [],
      timestampMs: 0,
    },
  }));
  writer.transaction(() => writer.append(stored, placed, { nowMs, segmentBytes: 1 }));
};
const held = (topic: string) => {
  const partition = reader.partitions().find((one) => one.topic === topic);
  if (partition === undefined) throw new Error(topic);
  const { earliestOffset, endOffset } = reader.bounds(partition.id);
  const { records } = reader.read(partition, earliestOffset, { records: 100, bytes: 1e9 });
  return { earliestOffset, endOffset, offsets: records.map(({ offset }) => offset) };
};
const keepAll = { ageMs: 1_000, bytes: 1e9 };

describe('retention of an ordinary topic', () => {
  beforeEach(() => {
    writer.createTopics([{ topic: 't', partitions: 1, compacted: false }]);
  });

  test('removes what was appended longer ago than its age, and keeps what is exactly as old', () => {
    for (const nowMs of [0, 999, 1_000, 2_000]) append('t', nowMs, [[null, 'v']]);
    while (sweepLog(db, { ...keepAll, nowMs: 2_000 }));
    expect(held('t')).toEqual({ earliestOffset: 2, endOffset: 4, offsets: [2, 3] });
  });

  test('removes the oldest while there is too much, whichever topic it is in', () => {
    writer.createTopics([{ topic: 'u', partitions: 1, compacted: false }]);
    append('u', 1, [[null, 'x'.repeat(84)]]);
    for (let nowMs = 2; nowMs < 12; nowMs++) append('t', nowMs, [[null, 'x'.repeat(84)]]);
    while (sweepLog(db, { ageMs: 1e6, bytes: 500, nowMs: 20 }));
    expect(held('u')).toEqual({ earliestOffset: 1, endOffset: 1, offsets: [] });
    expect(held('t')).toEqual({ earliestOffset: 5, endOffset: 10, offsets: [5, 6, 7, 8, 9] });
  });

  test('goes on counting offsets after everything was removed', () => {
    append('t', 0, [[null, 'a']]);
    while (sweepLog(db, { ...keepAll, nowMs: 1e6 }));
    append('t', 1e6, [[null, 'b']]);
    expect(held('t')).toEqual({ earliestOffset: 1, endOffset: 2, offsets: [1] });
  });
});

describe('retention of a compacted topic', () => {
  beforeEach(() => {
    writer.createTopics([{ topic: 'c', partitions: 1, compacted: true }]);
  });

  test('keeps the last record of each key for ever, and those before it for their time', () => {
    append('c', 0, [
      ['a', '1'],
      ['b', '1'],
      ['a', '2'],
    ]);
    append('c', 500, [['a', '3']]);
    while (sweepLog(db, { ...keepAll, nowMs: 1_400 }));
    expect(held('c').offsets).toEqual([1, 2, 3]);
    while (sweepLog(db, { ageMs: 1_000, bytes: 0, nowMs: 1e9 }));
    expect(held('c')).toEqual({ earliestOffset: 0, endOffset: 4, offsets: [1, 3] });
  });

  test('removes a key whose last record is a tombstone', () => {
    append('c', 0, [
      ['a', '1'],
      ['b', '1'],
      ['a', null],
    ]);
    while (sweepLog(db, { ...keepAll, nowMs: 5_000 }));
    expect(held('c').offsets).toEqual([1]);
    append('c', 6_000, [['a', '2']]);
    while (sweepLog(db, { ...keepAll, nowMs: 1e9 }));
    expect(held('c').offsets).toEqual([1, 3]);
  });

  test('passes the holes: the end of the partition comes next', () => {
    append('c', 0, [
      ['a', '1'],
      ['a', null],
    ]);
    while (sweepLog(db, { ...keepAll, nowMs: 5_000 }));
    const [partition] = reader.partitions();
    if (partition === undefined) throw new Error('no partition');
    const read = reader.read(partition, 0, { records: 10, bytes: 100 });
    expect(read).toMatchObject({ records: [], nextOffset: 2, endOffset: 2 });
  });
});
