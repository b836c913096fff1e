import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matchOf } from '../../test/support/windowed-rules.ts';
import type { LogEvent } from '../shared/model/log-event.ts';
import type { LogRecord, OutgoingRecord } from '../shared/model/log-record.ts';
import { BatchEvents, visitInEventTimeOrder } from './batch-events.ts';

const eventAt = (timeMs: number, partition: number, offset: number): LogEvent =>
  matchOf({ timeMs, partition, offset }).event;

const recordAt = (partition: number, offset: number): LogRecord => ({
  topic: 'logs',
  partition,
  offset,
  key: null,
  value: null,
  headers: [],
  timestampMs: 0,
});

/** A batch whose records hold the events of these times each. */
function batchOf(partition: number, times: readonly (readonly number[])[], fromOffset = 0): BatchEvents {
  return new BatchEvents({
    records: times.map((_, offset) => recordAt(partition, offset)),
    fromOffset,
    decode: ({ offset }) => ({
      events: (times[offset] ?? []).map((timeMs) => eventAt(timeMs, partition, offset)),
      deadLetter: null,
    }),
    onDeadLetter: () => undefined,
  });
}

const visited = (batches: readonly BatchEvents[]): LogEvent[] => {
  const events: LogEvent[] = [];
  visitInEventTimeOrder(batches, (event) => events.push(event));
  return events;
};

/** The same, said plainly: everything decoded, then sorted by the greatest time so far in its batch. */
function reference(batches: readonly (readonly (readonly number[])[])[]): LogEvent[] {
  const keyed = batches.flatMap((records, partition) => {
    const events = records.flatMap((times, offset) =>
      times.map((timeMs) => eventAt(timeMs, partition, offset)),
    );
    return events.map((event, at) => ({
      event,
      seenMs: Math.max(...events.slice(0, at + 1).map(({ timeMs }) => timeMs)),
    }));
  });
  return keyed.sort((a, b) => a.seenMs - b.seenMs).map(({ event }) => event);
}

describe('the events of several batches', () => {
  test('come in event-time order, and within a batch in the order of arrival', () => {
    const times = fc.integer({ min: 0, max: 20 });
    const records = fc.array(fc.array(times, { maxLength: 3 }), { maxLength: 12 });
    fc.assert(
      fc.property(fc.array(records, { maxLength: 5 }), (batches) => {
        const lines = batches.map((batch, partition) => batchOf(partition, batch));
        const events = visited(lines);
        expect(events).toEqual(reference(batches));
        expect(lines.map((line) => line.passed)).toEqual(batches.map((batch) => batch.flat().length));
      }),
    );
  });
});

describe('the events of one batch', () => {
  test('leave out the records that were worked on already', () => {
    const offsets = visited([batchOf(0, [[1], [2], [3]], 1)]).map(({ position }) => position.offset);
    expect(offsets).toEqual([1, 2]);
  });

  test('are decoded one record at a time, and each record once', () => {
    const decoded: number[] = [];
    const line = new BatchEvents({
      records: [0, 1, 2].map((offset) => recordAt(0, offset)),
      fromOffset: 0,
      decode: ({ offset }) => {
        decoded.push(offset);
        return { events: [eventAt(offset, 0, offset)], deadLetter: null };
      },
      onDeadLetter: () => undefined,
    });
    const before: number[] = [];
    visitInEventTimeOrder([line], () => before.push(decoded.length));
    expect(before).toEqual([1, 2, 3]);
    expect(decoded).toEqual([0, 1, 2]);
  });

  test('tell of every dead letter, also of those behind the last event', () => {
    const letters: OutgoingRecord[] = [];
    const line = new BatchEvents({
      records: [0, 1, 2].map((offset) => recordAt(0, offset)),
      fromOffset: 0,
      decode: ({ offset }) => ({
        events: offset === 1 ? [eventAt(1, 0, 1)] : [],
        deadLetter: { topic: `dead-${offset}`, key: null, value: null, headers: [], timestampMs: 0 },
      }),
      onDeadLetter: (letter) => letters.push(letter),
    });
    visitInEventTimeOrder([line], () => undefined);
    expect(letters.map(({ topic }) => topic)).toEqual(['dead-0', 'dead-1', 'dead-2']);
  });
});
