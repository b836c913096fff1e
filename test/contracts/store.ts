import { describe, expect, test } from 'vitest';
import type { Outbox } from '../../src/shared/ports/outbox.ts';
import { type PartitionProgress, type Store, shardCount } from '../../src/shared/ports/store.ts';
import { emptyBatch, incidentWith, storedWith } from '../support/stored-batch.ts';
import { openForEach, type StateUnderTest } from './state-under-test.ts';

/** What every store promises (`shared/ports/store.ts`, `shared/ports/outbox.ts`). */
export function storeContract(name: string, make: () => StateUnderTest): void {
  let store: Store & Outbox;
  const { commit, reopen } = openForEach(make, (opened) => {
    store = opened;
  });

  describe(`${name}: a batch`, () => {
    test('that was never written leaves an empty state', () => {
      const windows = { shards: [], deltas: [] };
      const telling = { records: [], groups: [] };
      const empty = { positions: [], watermarks: {}, windows, incidents: [], telling, eventIds: [] };
      expect(store.load()).toEqual(empty);
    });

    test('keeps ids of events, and forgets those of generations that are over', () => {
      const block = (source: string, generation: number, ...ids: readonly number[]) => ({
        source,
        generation,
        startedMs: generation * 1_000.5,
        ids: Float64Array.from(ids),
      });
      commit({ eventIds: { added: [block('b', 1, 1, 2 ** 53 - 1), block('a', 7, 3, 4)], dropped: [] } });
      commit({ eventIds: { added: [block('b', 2, 5, 6)], dropped: [] } });
      commit({ eventIds: { added: [block('b', 2, 7, 8)], dropped: [{ source: 'a', before: 7 }] } });
      reopen();
      const all = [
        block('a', 7, 3, 4),
        block('b', 1, 1, 2 ** 53 - 1),
        block('b', 2, 5, 6),
        block('b', 2, 7, 8),
      ];
      expect(store.load().eventIds).toEqual(all);
      commit({ eventIds: { added: [block('b', 3, 9, 9)], dropped: [{ source: 'b', before: 3 }] } });
      reopen();
      expect(store.load().eventIds).toEqual([block('a', 7, 3, 4), block('b', 3, 9, 9)]);
    });

    test('is there after the next start, the newest value of each thing', () => {
      const at = (nextOffset: number, maxEventMs: number | null): PartitionProgress => ({
        topic: 'logs',
        partition: 3,
        nextOffset,
        maxEventMs,
      });
      commit({ positions: [at(7, null)], watermarks: { auth: 5, dns: Number.NEGATIVE_INFINITY } });
      commit({ positions: [at(2 ** 53 - 1, 1_772_359_200_123)], watermarks: { auth: 1_772_359_200_000 } });
      reopen();
      expect(store.load().positions).toEqual([at(2 ** 53 - 1, 1_772_359_200_123)]);
      expect(store.load().watermarks).toEqual({ auth: 1_772_359_200_000, dns: Number.NEGATIVE_INFINITY });
    });

    test('leaves no trace where it could not be finished', () => {
      const failing = { ...emptyBatch, windowDelta: 'x'.repeat(100_000), incidents: [storedWith({})] };
      const fail = (): string => {
        throw new Error('no snapshot to be had');
      };
      expect(() => store.commit(failing, fail)).toThrow('no snapshot');
      expect(() => commit({ incidents: [storedWith({})] }), 'memory is ahead of the disk').toThrow();
      reopen();
      expect(store.load().incidents).toEqual([]);
      expect(store.load().windows.deltas).toEqual([]);
    });
  });

  describe(`${name}: incidents`, () => {
    test('come back for folding until they are final', () => {
      commit({ incidents: [storedWith({ id: 'a' }, 'fold a'), storedWith({ id: 'b' }, 'fold b')] });
      commit({ incidents: [storedWith({ id: 'b', version: 2, status: 'resolved' }, null)] });
      reopen();
      expect(store.load().incidents).toEqual([storedWith({ id: 'a' }, 'fold a')]);
      expect(store.incident('b')).toEqual(incidentWith({ id: 'b', version: 2, status: 'resolved' }));
    });

    test('are as they were last stored, also in one version and among others that are new', () => {
      const ids = Array.from({ length: 40 }, (_, nth) => `i${nth + 10}`);
      const one = (id: string, fold: string) => storedWith({ id }, fold);
      commit({ incidents: ids.slice(0, 20).map((id) => one(id, 'before')) });
      const later = ids.slice(10).map((id) => one(id, 'after'));
      commit({ incidents: [...later, storedWith({ id: 'i10', version: 2 }, 'second')] });
      reopen();
      const expected = new Map(ids.map((id, nth) => [id, nth < 10 ? one(id, 'before') : one(id, 'after')]));
      expected.set('i10', storedWith({ id: 'i10', version: 2 }, 'second'));
      const found = store.load().incidents;
      expect(new Map(found.map((row) => [row.incident.id, row]))).toEqual(expected);
      expect(found).toHaveLength(40);
    });

    test('are listed from the newest, by status and by rule, so many as asked for', () => {
      const rule = { id: 'r2', title: 'Rule', hash: 'h' };
      commit({
        incidents: [
          storedWith({ id: 'a', lastSeen: '2026-03-01T10:00:00.000Z' }),
          storedWith({ id: 'b', lastSeen: '2026-03-01T12:00:00.000Z', status: 'resolved' }, null),
          storedWith({ id: 'c', lastSeen: '2026-03-01T11:00:00.000Z', rule }),
        ],
      });
      const ids = (query: Partial<Parameters<Store['incidents']>[0]>): string[] =>
        store.incidents({ limit: 100, ...query }).map(({ id }) => id);
      expect(ids({})).toEqual(['b', 'c', 'a']);
      expect(ids({ limit: 2 })).toEqual(['b', 'c']);
      expect(ids({ status: 'open' })).toEqual(['c', 'a']);
      expect(ids({ ruleId: 'r2' })).toEqual(['c']);
      expect(ids({ status: 'resolved', ruleId: 'r2' })).toEqual([]);
    });

    test('are found by the beginning of their id, where only one begins so', () => {
      commit({
        incidents: [storedWith({ id: 'ab12' }), storedWith({ id: 'ab34' }), storedWith({ id: 'ab' })],
      });
      expect(store.incident('ab1')?.id).toBe('ab12');
      expect(store.incident('ab')?.id).toBe('ab');
      expect(store.incident('a')).toBeUndefined();
      expect(store.incident('ac')).toBeUndefined();
      expect(store.incident('')).toBeUndefined();
      expect(store.incident('%')).toBeUndefined();
    });

    test('keep whatever an attacker wrote into them', () => {
      const title = `'; DROP TABLE incidents; -- \u0000 😀 \u202e`;
      const group = JSON.parse('{"__proto__":"x","a.b":null}') as Record<string, unknown>;
      commit({ incidents: [storedWith({ title, group })] });
      expect(store.incident('a1')?.title).toBe(title);
      expect(JSON.stringify(store.incident('a1')?.group)).toBe('{"__proto__":"x","a.b":null}');
    });
  });

  describe(`${name}: the window state`, () => {
    test('is what the newest snapshots and the deltas after them say, at every moment', () => {
      // A shard's state is a number, a delta adds one to each of some shards: `1,7,9`.
      const truth = Array.from({ length: shardCount }, () => 0);
      let written = 0;
      for (let batch = 1; batch <= 1_500; batch += 1) {
        const shards = [batch % shardCount, (batch * 7) % shardCount];
        for (const shard of shards) truth[shard] = (truth[shard] ?? 0) + 1;
        let asked = 0;
        store.commit({ ...emptyBatch, windowDelta: `${shards.join(',')}${' '.repeat(5_000)}` }, (shard) => {
          asked += 1;
          written += 1;
          return `${truth[shard]}${' '.repeat(1_000)}`;
        });
        expect(asked).toBeLessThanOrEqual(1);
        if (batch % 373 !== 0 && batch > 2) continue;
        reopen();
        expect(replayed(store)).toEqual(truth);
      }
      expect(written).toBeGreaterThan(shardCount);
      expect(store.load().windows.deltas.length).toBeLessThan(600);
    });

    test('costs no more bytes in snapshots than in deltas', () => {
      const deltaBytes = 300;
      let snapshotBytes = 0;
      for (let batch = 0; batch < 3_000; batch += 1) {
        store.commit({ ...emptyBatch, windowDelta: 'd'.repeat(deltaBytes) }, () => {
          snapshotBytes += 6_000;
          return 's'.repeat(6_000);
        });
      }
      expect(snapshotBytes).toBeGreaterThan(0);
      expect(snapshotBytes).toBeLessThanOrEqual(3_000 * deltaBytes + 6_000);
    });
  });

  test(`${name}: closing twice is closing once`, () => {
    store.close();
    store.close();
  });
}

/** The shards' numbers as a restart would find them. */
function replayed(store: Store): number[] {
  const { shards, deltas } = store.load().windows;
  const numbers = Array.from({ length: shardCount }, () => 0);
  const passed = Array.from({ length: shardCount }, () => 0);
  for (const { shard, sequence, snapshot } of shards) {
    numbers[shard] = Number.parseInt(String(snapshot), 10);
    passed[shard] = sequence;
  }
  let last = 0;
  for (const { sequence, delta } of deltas) {
    expect(sequence).toBeGreaterThan(last);
    last = sequence;
    for (const shard of String(delta).trim().split(',').map(Number)) {
      if (sequence > (passed[shard] ?? 0)) numbers[shard] = (numbers[shard] ?? 0) + 1;
    }
  }
  return numbers;
}
