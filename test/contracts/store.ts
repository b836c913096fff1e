import { beforeEach, describe, expect, test } from 'vitest';
import type { OutgoingRecord } from '../../src/shared/model/log-record.ts';
import type { NewOutboxRow, Outbox } from '../../src/shared/ports/outbox.ts';
import {
  type BatchCommit,
  type PartitionProgress,
  type Store,
  shardCount,
} from '../../src/shared/ports/store.ts';
import { emptyBatch, incidentWith, noSnapshot, recordRow, storedWith } from '../support/stored-batch.ts';

/** One state that can be opened again and again, as by one process after the other. */
export interface StateUnderTest {
  open(): Store & Outbox;
}

const bytes = (value: Uint8Array | null): number[] | null => (value === null ? null : [...value]);

/** What every store promises (`shared/ports/store.ts`, `shared/ports/outbox.ts`). */
export function storeContract(name: string, make: () => StateUnderTest): void {
  let state: StateUnderTest;
  let store: Store & Outbox;
  const commit = (batch: Partial<BatchCommit>): void => store.commit({ ...emptyBatch, ...batch }, noSnapshot);
  const reopen = (): void => {
    store.close();
    store = state.open();
  };

  beforeEach(() => {
    state = make();
    store = state.open();
    return () => store.close();
  });

  describe(`${name}: a batch`, () => {
    test('that was never written leaves an empty state', () => {
      const windows = { shards: [], deltas: [] };
      expect(store.load()).toEqual({ positions: [], watermarks: {}, windows, incidents: [] });
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

  describe(`${name}: the outbox`, () => {
    const values = (lane: string, limit = 100): string[] =>
      store.peek(lane, limit).map(({ payload }) => {
        if (payload.kind !== 'record') return payload.notification.id;
        return Buffer.from(payload.record.value ?? []).toString();
      });

    test('gives the rows of a lane in the order written, across starts, until they are delivered', () => {
      commit({ outbox: [recordRow('a', '1'), recordRow('b', '2'), recordRow('a', '3')] });
      commit({ outbox: [recordRow('a', '4')] });
      reopen();
      expect(store.lanes()).toEqual(['a', 'b']);
      expect(values('a')).toEqual(['1', '3', '4']);
      expect(values('a', 2)).toEqual(['1', '3']);
      store.delivered(store.peek('a', 2).map(({ id }) => id));
      expect(values('a')).toEqual(['4']);
      store.delivered(store.peek('b', 1).map(({ id }) => id));
      expect(store.lanes()).toEqual(['a']);
      expect(values('nobody')).toEqual([]);
    });

    test('never gives an id twice', () => {
      commit({ outbox: [recordRow('a', '1')] });
      const [first] = store.peek('a', 1);
      store.delivered([first?.id ?? -1]);
      reopen();
      commit({ outbox: [recordRow('a', '2')] });
      expect(store.peek('a', 1)[0]?.id).toBeGreaterThan(first?.id ?? Number.POSITIVE_INFINITY);
    });

    test('gives records back byte by byte, and tells empty from absent', () => {
      const value = Buffer.from([0, 255, 0, 128, 10]);
      const headers = [
        ['a', Buffer.from([0, 255])],
        ['a', Buffer.alloc(0)],
      ] as const;
      const record = { topic: 't', key: null, value, headers, timestampMs: 1_772_359_200_123 };
      const row = (changes: Partial<OutgoingRecord>): NewOutboxRow => ({
        lane: 'a',
        payload: { kind: 'record', record: { ...record, ...changes } },
      });
      commit({
        outbox: [row({}), row({ value: null, key: Buffer.alloc(0) }), row({ value: new Uint8Array(0) })],
      });
      reopen();
      const found = store.peek('a', 3).map(({ payload }) => {
        if (payload.kind !== 'record') return undefined;
        const { key, value, headers, timestampMs } = payload.record;
        const names = headers.map(([name, header]) => [name, bytes(header)]);
        return { key: bytes(key), value: bytes(value), headers: names, timestampMs };
      });
      const rest = {
        headers: [
          ['a', [0, 255]],
          ['a', []],
        ],
        timestampMs: 1_772_359_200_123,
      };
      expect(found).toEqual([
        { key: null, value: [0, 255, 0, 128, 10], ...rest },
        { key: [], value: null, ...rest },
        { key: null, value: [], ...rest },
      ]);
    });

    test('holds values of several megabytes, and gives few of them at a time', () => {
      const value = Buffer.alloc(6_000_000, 7);
      commit({ outbox: Array.from({ length: 5 }, () => recordRow('a', '', { value })) });
      reopen();
      const rows = store.peek('a', 5);
      expect(rows.length).toBeGreaterThanOrEqual(1);
      expect(rows.length).toBeLessThan(5);
      const [first] = rows;
      const same =
        first?.payload.kind === 'record' && value.equals(first.payload.record.value ?? Buffer.alloc(0));
      expect(same).toBe(true);
    });

    test('holds notifications', () => {
      const notification = { id: 'n1', reason: 'opened' as const, incident: incidentWith() };
      commit({ outbox: [{ lane: 'receiver:soc/slack', payload: { kind: 'notification', notification } }] });
      reopen();
      expect(store.peek('receiver:soc/slack', 1)[0]?.payload).toEqual({ kind: 'notification', notification });
    });

    test('remembers attempts and when to try again', () => {
      commit({ outbox: [recordRow('a', '1')] });
      const id = store.peek('a', 1)[0]?.id ?? -1;
      expect(store.peek('a', 1)[0]).toMatchObject({ attempts: 0, dueMs: 0 });
      store.retryAt(id, { dueMs: 5_000.5, reason: 'network', detail: 'refused' });
      store.retryAt(id, { dueMs: 9_000, reason: 'timeout', detail: 'slow' });
      reopen();
      expect(store.peek('a', 1)[0]).toMatchObject({ id, attempts: 2, dueMs: 9_000 });
    });

    test('keeps aside what was given up, and counts it', () => {
      commit({ outbox: [recordRow('a', '1'), recordRow('a', '2')] });
      const [first] = store.peek('a', 1);
      store.gaveUp([{ id: first?.id ?? -1, reason: 'gave-up', detail: 'a day of refusals' }]);
      reopen();
      expect(values('a')).toEqual(['2']);
      expect(store.depth()).toEqual([{ lane: 'a', waiting: 1, gaveUp: 1 }]);
    });

    test('takes no notice of rows that have left already', () => {
      commit({ outbox: [recordRow('a', '1')] });
      store.delivered([99]);
      store.retryAt(99, { dueMs: 1, reason: 'network', detail: '' });
      store.gaveUp([{ id: 99, reason: 'client', detail: '' }]);
      expect(store.depth()).toEqual([{ lane: 'a', waiting: 1, gaveUp: 0 }]);
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
    numbers[shard] = Number.parseInt(snapshot, 10);
    passed[shard] = sequence;
  }
  let last = 0;
  for (const { sequence, delta } of deltas) {
    expect(sequence).toBeGreaterThan(last);
    last = sequence;
    for (const shard of delta.trim().split(',').map(Number)) {
      if (sequence > (passed[shard] ?? 0)) numbers[shard] = (numbers[shard] ?? 0) + 1;
    }
  }
  return numbers;
}
