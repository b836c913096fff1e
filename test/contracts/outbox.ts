import { describe, expect, test } from 'vitest';
import { digestOf } from '../../src/notify/message/digest.ts';
import type { OutgoingRecord } from '../../src/shared/model/log-record.ts';
import type { NewOutboxRow, Outbox } from '../../src/shared/ports/outbox.ts';
import type { Store } from '../../src/shared/ports/store.ts';
import { incidentWith, recordRow } from '../support/stored-batch.ts';
import { openForEach, type StateUnderTest } from './state-under-test.ts';

const bytes = (value: Uint8Array | null): number[] | null => (value === null ? null : [...value]);

/** What every outbox promises about rows that wait: part of the suite of stores. */
export function outboxContract(name: string, make: () => StateUnderTest): void {
  let store: Store & Outbox;
  const { commit, reopen } = openForEach(make, (opened) => {
    store = opened;
  });

  describe(`${name}: the outbox`, () => {
    const values = (lane: string, limit = 100): string[] =>
      store.peek(lane, limit).map(({ payload }) => {
        if (payload.kind === 'digest') return payload.digest.id;
        if (payload.kind === 'notification') return payload.notification.id;
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

    test('holds digests, and who of their recipients was told', () => {
      const digest = digestOf([{ id: 'n1', reason: 'opened', incident: incidentWith() }], {
        id: 'd1',
        cause: 'grouped',
        group: { rule: 'r' },
      });
      commit({ outbox: [{ lane: 'receiver:soc/email', payload: { kind: 'digest', digest } }] });
      reopen();
      const [row] = store.peek('receiver:soc/email', 1);
      expect(row?.payload).toEqual({ kind: 'digest', digest });
      const told = ['a@example.org'];
      store.retryAt(row?.id ?? -1, { dueMs: 5, reason: 'server', detail: '', told });
      expect(store.peek('receiver:soc/email', 1)[0]?.payload).toEqual({
        kind: 'digest',
        digest: { ...digest, told },
      });
    });

    test('gives the rows behind one, and counts those that wait', () => {
      commit({
        outbox: [recordRow('a', '1'), recordRow('b', '2'), recordRow('a', '3'), recordRow('a', '4')],
      });
      const [first] = store.peek('a', 1);
      const behind = store.peek('a', 1, first?.id).map(({ id }) => id);
      expect(behind).toEqual([store.peek('a', 3)[1]?.id]);
      expect(store.peek('a', 5, store.peek('a', 3)[2]?.id)).toEqual([]);
      expect([store.waiting('a'), store.waiting('b'), store.waiting('c')]).toEqual([3, 1, 0]);
      reopen();
      expect(store.waiting('a')).toBe(3);
    });

    test('knows which rows may have arrived', () => {
      commit({ outbox: [recordRow('a', '1')] });
      const id = store.peek('a', 1)[0]?.id ?? -1;
      expect(store.peek('a', 1)[0]?.mayHaveArrived).toBe(false);
      store.begin(id);
      reopen();
      expect(store.peek('a', 1)[0]?.mayHaveArrived).toBe(true);
      store.retryAt(id, { dueMs: 1, reason: 'timeout', detail: '' });
      expect(store.peek('a', 1)[0]?.mayHaveArrived).toBe(true);
      store.retryAt(id, { dueMs: 1, reason: 'network', detail: '', hasNotArrived: true });
      reopen();
      expect(store.peek('a', 1)[0]?.mayHaveArrived).toBe(false);
    });

    test('keeps where a lane stands with its digests, with the row that is being sent', () => {
      commit({ outbox: [recordRow('a', '1'), recordRow('b', '2')] });
      const pace = { mode: 'behind', holdUntilMs: 7, everyMs: 60_000, sentMs: [1, 2], alone: 0 } as const;
      expect(store.pace('a')).toBeNull();
      store.begin(store.peek('a', 1)[0]?.id ?? -1, pace);
      store.keepPace('new', pace);
      reopen();
      expect([store.pace('a'), store.pace('b'), store.pace('new')]).toEqual([pace, null, pace]);
      store.begin(store.peek('a', 1)[0]?.id ?? -1);
      store.keepPace('new', { ...pace, mode: 'calm' });
      reopen();
      expect([store.pace('a'), store.pace('new')?.mode]).toEqual([pace, 'calm']);
    });

    test('puts a digest in the place of rows, at the end of their lane', () => {
      const notification = { id: 'n1', reason: 'opened' as const, incident: incidentWith() };
      const digest = digestOf([notification], { id: 'd1', cause: 'behind', group: {} });
      commit({
        outbox: ['1', '2', '3', '4'].map((id) => ({
          lane: 'a',
          payload: { kind: 'notification', notification: { ...notification, id } },
        })),
      });
      const ids = store.peek('a', 4).map(({ id }) => id);
      store.retryAt(ids[0] ?? -1, { dueMs: 50, reason: 'network', detail: '', hasNotArrived: true });
      store.retryAt(ids[2] ?? -1, { dueMs: 20, reason: 'network', detail: '', hasNotArrived: true });
      store.retryAt(ids[2] ?? -1, { dueMs: 30, reason: 'network', detail: '', hasNotArrived: true });
      const said = { at: '', receiver: 'a', told: true, reason: 'in-digest', detail: '' } as const;
      const row = store.collapse(
        [0, 2, 3].map((at) => ids[at] ?? -1),
        digest,
        [{ incidentId: 'i1', notice: said }],
      );
      reopen();
      expect(store.notices('i1')).toEqual([said]);
      expect(values('a')).toEqual(['2', 'd1']);
      expect(store.waiting('a')).toBe(2);
      expect(store.peek('a', 5).at(-1)).toMatchObject({
        id: row,
        attempts: 2,
        dueMs: 50,
        mayHaveArrived: false,
      });
      const merged = store.collapse([ids[1] ?? -1, row], { ...digest, id: 'd2' });
      expect(values('a')).toEqual(['d2']);
      expect(merged).toBeGreaterThan(row);
      expect(() => store.collapse([99], digest)).toThrow();
      expect(store.notices('i2')).toEqual([]);
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
      store.gaveUp([{ id: first?.id ?? -1, reason: 'gave-up', detail: 'a day of refusals' }], 7);
      reopen();
      expect(values('a')).toEqual(['2']);
      expect(store.depth()).toEqual([{ lane: 'a', waiting: 1, gaveUp: 1 }]);
    });

    test('takes no notice of rows that have left already', () => {
      commit({ outbox: [recordRow('a', '1')] });
      store.delivered([99]);
      store.retryAt(99, { dueMs: 1, reason: 'network', detail: '' });
      store.gaveUp([{ id: 99, reason: 'client', detail: '' }], 7);
      expect(store.depth()).toEqual([{ lane: 'a', waiting: 1, gaveUp: 0 }]);
    });
  });
}
