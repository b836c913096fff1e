import { describe, expect, test } from 'vitest';
import type { IncidentNotice } from '../../src/shared/model/notice.ts';
import type { Outbox } from '../../src/shared/ports/outbox.ts';
import type { Store } from '../../src/shared/ports/store.ts';
import { sampleNotification } from '../support/sample-incident.ts';
import { emptyBatch, noSnapshot, recordRow } from '../support/stored-batch.ts';
import { openForEach, type StateUnderTest } from './state-under-test.ts';

/** What every outbox promises about rows that were given up: the second half of the suite of stores. */
export function givenUpContract(name: string, make: () => StateUnderTest): void {
  let store: Store & Outbox;
  const { commit, reopen } = openForEach(make, (opened) => {
    store = opened;
  });
  const write = (...rows: Parameters<typeof recordRow>[]): void =>
    commit({ outbox: rows.map((row) => recordRow(...row)) });
  const values = (lane: string): string[] =>
    store
      .peek(lane, 10)
      .map(({ payload }) =>
        payload.kind === 'record' ? Buffer.from(payload.record.value ?? []).toString() : '',
      );
  const giveUp = (
    lane: string,
    parts: { detail?: string; instead?: ReturnType<typeof recordRow>[] } = {},
  ) => {
    const [row] = store.peek(lane, 1);
    const id = row?.id ?? -1;
    store.gaveUp([{ id, reason: 'client', detail: 'no', ...parts }], 1_772_359_200_123);
    return id;
  };

  describe(`${name}: rows that were given up`, () => {
    test('are listed with what they hold, the newest first, of one lane or of all', () => {
      write(['a', '1'], ['b', '2'], ['a', '3']);
      store.retryAt(store.peek('a', 1)[0]?.id ?? -1, { dueMs: 5, reason: 'network', detail: 'away' });
      const first = giveUp('a', { detail: 'answered 404' });
      const second = giveUp('b');
      const third = giveUp('a');
      reopen();
      expect(store.givenUp({ limit: 10 }).map(({ id }) => id)).toEqual([third, second, first]);
      expect(store.givenUp({ limit: 1 }).map(({ id }) => id)).toEqual([third]);
      expect(store.givenUp({ lane: 'a', limit: 10 })).toMatchObject([
        { id: third, attempts: 0, givenUpMs: 1_772_359_200_123 },
        {
          id: first,
          lane: 'a',
          attempts: 1,
          reason: 'client',
          detail: 'answered 404',
          payload: { kind: 'record' },
        },
      ]);
      expect(store.givenUp({ lane: 'none', limit: 10 })).toEqual([]);
    });

    test('go back to their places in their lanes, untried', () => {
      write(['a', '1'], ['a', '2'], ['b', '3']);
      const id = giveUp('a');
      giveUp('b');
      expect(store.sendAgain([id, 99])).toBe(1);
      reopen();
      expect(values('a')).toEqual(['1', '2']);
      expect(store.peek('a', 1)[0]).toMatchObject({ id, attempts: 0, dueMs: 0 });
      expect(store.givenUp({ limit: 10 }).map(({ lane }) => lane)).toEqual(['b']);
      expect(store.depth()).toEqual([
        { lane: 'a', waiting: 2, gaveUp: 0 },
        { lane: 'b', waiting: 0, gaveUp: 1 },
      ]);
      expect(store.sendAgain([id])).toBe(0);
    });

    test('keep who was told already, and so do those that are tried again', () => {
      const notification = { ...sampleNotification(), id: 'n' };
      const outbox = [{ lane: 'm', payload: { kind: 'notification', notification } } as const];
      store.commit({ ...emptyBatch, outbox }, noSnapshot);
      const told = ['a@example.org', 'b"\u{1F642}\u2028@example.org'];
      const id = store.peek('m', 1)[0]?.id ?? -1;
      store.retryAt(id, { dueMs: 5, reason: 'server', detail: 'refused for now', told });
      reopen();
      const kept = { kind: 'notification', notification: { ...notification, told } };
      expect(store.peek('m', 1)[0]?.payload).toEqual(kept);
      store.retryAt(id, { dueMs: 9, reason: 'network', detail: 'away' });
      giveUp('m');
      store.sendAgain([id]);
      expect(store.peek('m', 1)[0]?.payload).toEqual(kept);
    });

    test('and those that were tried again or delivered leave notices with incidents, in the same transaction', () => {
      const notice = (detail: string): IncidentNotice => ({
        incidentId: 'i',
        notice: { at: '2026-03-01T12:00:00.000Z', receiver: 'a', told: false, reason: 'given-up', detail },
      });
      const details = (): string[] => store.notices('i').map(({ detail }) => detail);
      write(['a', '1'], ['a', '2']);
      const [first = -1, second = -1] = store.peek('a', 2).map(({ id }) => id);
      store.retryAt(first, { dueMs: 5, reason: 'network', detail: '', notices: [notice('tried')] });
      store.gaveUp([{ id: first, reason: 'client', detail: '', notices: [notice('given up')] }], 7);
      store.delivered([second], [notice('delivered')]);
      expect(store.sendAgain([first, 99], ({ lane }) => [notice(`again in ${lane}`)])).toBe(1);
      reopen();
      expect(details()).toEqual(['tried', 'given up', 'delivered', 'again in a']);
      store.retryAt(first, {
        dueMs: 5,
        reason: 'network',
        detail: '',
        notices: Array.from({ length: 300 }, (_, at) => notice(String(at))),
      });
      expect(details()).toEqual(Array.from({ length: 100 }, (_, at) => String(at + 200)));
    });

    test('leave what is told instead, in the same transaction', () => {
      write(['a', '1']);
      const id = giveUp('a', { instead: [recordRow('b', '2'), recordRow('c', '3')] });
      store.gaveUp([{ id, reason: 'client', detail: 'again', instead: [recordRow('b', '4')] }], 8);
      reopen();
      expect([values('a'), values('b'), values('c')]).toEqual([[], ['2'], ['3']]);
      expect([...store.lanes()].sort()).toEqual(['b', 'c']);
    });
  });
}
