import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sourceConfig } from '../../test/support/log-record.ts';
import type { EventFields, LogEvent } from '../shared/model/log-event.ts';
import type { SourceConfig } from '../shared/model/source-config.ts';
import type { StoredEventIds } from '../shared/ports/store.ts';
import { IdSet } from './id-set.ts';
import { RepeatedEvents } from './repeated-events.ts';

const source = sourceConfig({ eventId: 'id', repeatsWithinMs: 1_000, latenessMs: 100 });

function eventOf(fields: EventFields, timeMs = 0, name = source.name): LogEvent {
  const position = { topic: 'logs', partition: 0, offset: 0, index: 0 };
  return { fields, timeMs, timeOrigin: 'field', source: name, position, weight: 1 };
}

/** Stands in for the store. */
class Disk {
  blocks: readonly StoredEventIds[] = [];

  keep(repeats: RepeatedEvents): void {
    const { added = [], dropped = [] } = repeats.takeWrites() ?? {};
    this.blocks = [...this.blocks, ...added].filter(({ source: of, generation }) =>
      dropped.every((drop) => drop.source !== of || generation >= drop.before),
    );
  }
}

describe('an event that comes again', () => {
  const known = (over: Partial<SourceConfig>, ...events: readonly EventFields[]): readonly boolean[] => {
    const repeats = new RepeatedEvents([{ ...source, ...over }]);
    return events.map((fields) => repeats.isRepeat(eventOf(fields)));
  };

  test('is known by the value of one field, whatever else is different', () => {
    expect(known({}, { id: 'a', n: 1 }, { id: 'a', n: 2 }, { id: 'b' }, { id: 'a' })).toEqual([
      false,
      true,
      false,
      true,
    ]);
  });

  test('is known by the values of several fields together', () => {
    const ids = [
      { host: 'h', seq: 1 },
      { host: 'h', seq: 2 },
      { host: 'i', seq: 1 },
      { host: 'h', seq: 1 },
    ];
    expect(known({ eventId: ['host', 'seq'] }, ...ids)).toEqual([false, false, false, true]);
  });

  test('is not known without an id: a missing one names nothing', () => {
    const without = [{}, {}, { id: null }, { id: null }, { id: '' }, { id: '' }];
    expect(known({}, ...without)).toEqual(without.map(() => false));
  });

  test('is another where the id is another kind of value', () => {
    expect(
      known({}, { id: 1 }, { id: '1' }, { id: [1] }, { id: { a: 1, b: 2 } }, { id: { b: 2, a: 1 } }),
    ).toEqual([false, false, false, false, true]);
  });

  test('is not known in a source that names no id, nor by the id of another source', () => {
    const plain = sourceConfig({ name: 'plain' });
    const repeats = new RepeatedEvents([source, { ...source, name: 'other' }, plain]);
    const names = [source.name, 'other', 'plain', 'plain', 'other'];
    expect(names.map((name) => repeats.isRepeat(eventOf({ id: 'a' }, 0, name)))).toEqual([
      false,
      false,
      false,
      false,
      true,
    ]);
  });
});

test('an id is known for its time, over restarts at any moment, and not for more than three times that', () => {
  const worlds = fc.array(
    fc.record({ id: fc.nat(12), laterMs: fc.nat(400), isKept: fc.boolean(), isKill: fc.boolean() }),
    { minLength: 20, maxLength: 120, size: 'max' },
  );
  fc.assert(
    fc.property(worlds, (words) => {
      const disk = new Disk();
      let repeats = new RepeatedEvents([source]);
      let nowMs = 0;
      const counted = new Map<number, number>();
      for (const { id, laterMs, isKept, isKill } of words) {
        nowMs += laterMs;
        const lastMs = counted.get(id) ?? Number.NEGATIVE_INFINITY;
        const isRepeat = repeats.isRepeat(eventOf({ id }, nowMs));
        if (nowMs - lastMs < 1_000) expect(isRepeat).toBe(true);
        if (nowMs - lastMs > 3_000) expect(isRepeat).toBe(false);
        if (!isRepeat) counted.set(id, nowMs);
        if (!isKept && !isKill) continue;
        disk.keep(repeats);
        if (!isKill) continue;
        repeats = new RepeatedEvents([source]);
        repeats.restore(disk.blocks);
      }
      expect(new Set(disk.blocks.map(({ generation }) => generation)).size).toBeLessThanOrEqual(3);
    }),
  );
});

test('past the bound the older half is forgotten, and counted', () => {
  const repeats = new RepeatedEvents([source], 100);
  for (let id = 0; id < 150; id += 1) repeats.isRepeat(eventOf({ id }));
  const is = (id: number): boolean => repeats.isRepeat(eventOf({ id }));
  expect([is(149), is(50), is(49)]).toEqual([true, true, false]);
  expect(repeats.takeCounts()).toEqual([{ source: source.name, repeated: 2, forgotten: 100 }]);
  expect(repeats.takeCounts()).toEqual([]);
});

test('what is stored of a source that names no id any more is dropped', () => {
  const repeats = new RepeatedEvents([]);
  repeats.restore([{ source: 'gone', generation: 4, startedMs: 0, ids: Float64Array.from([1, 2]) }]);
  expect(repeats.takeWrites()).toEqual({ added: [], dropped: [{ source: 'gone', before: 5 }] });
  expect(repeats.takeWrites()).toBeUndefined();
});

test('a set of ids holds what was put into it, and nothing else', () => {
  const number = fc.maxSafeNat();
  const pairs = fc.uniqueArray(fc.tuple(number, fc.oneof(number, fc.nat(3))), {
    maxLength: 3_000,
    size: 'max',
    selector: String,
  });
  fc.assert(
    fc.property(pairs, (ids) => {
      const set = new IdSet();
      const half = ids.length >> 1;
      for (const id of ids.slice(0, half)) set.add(id);
      expect(ids.map((id) => set.has(id))).toEqual(ids.map((_, at) => at < half));
      expect(set.size).toBe(half);
    }),
    { numRuns: 20 },
  );
});
