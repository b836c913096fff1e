import { describe, expect, test } from 'vitest';
import type { ActionRequest } from '../../src/shared/model/incident-action.ts';
import { answersKeptMs, waitingActionsMax } from '../../src/shared/ports/action-queue.ts';
import type { Outbox } from '../../src/shared/ports/outbox.ts';
import type { IncidentQuery, Store } from '../../src/shared/ports/store.ts';
import { emptyBatch, storedWith } from '../support/stored-batch.ts';
import { openForEach, type StateUnderTest } from './state-under-test.ts';

const request = (changes: Partial<ActionRequest> = {}): ActionRequest => ({
  incidentId: 'a1',
  version: 3,
  action: { kind: 'acknowledge' },
  who: 'alice',
  note: '',
  ...changes,
});

/** What every store promises of persons' actions (`shared/ports/action-queue.ts`), and of what they look for. */
export function actionQueueContract(name: string, make: () => StateUnderTest): void {
  let store: Store & Outbox;
  const { commit, reopen } = openForEach(make, (opened) => {
    store = opened;
  });
  const ask = (...requests: ActionRequest[]): readonly number[] => store.actions.ask(requests, 1_000) ?? [];

  describe(`${name}: what a person asks for`, () => {
    test('waits in the order of asking, across starts, until it is answered', () => {
      const hostile = request({ who: `'; DROP TABLE incidents; --`, note: 'a\u0000b 😀' });
      const [first, second] = ask(request(), hostile);
      reopen();
      expect(store.actions.waiting(10)).toEqual([
        { id: first, request: request() },
        { id: second, request: hostile },
      ]);
      expect(store.actions.waiting(1).map(({ id }) => id)).toEqual([first]);
      commit({ answers: [{ id: first ?? -1, answer: { kind: 'done', version: 4 } }] });
      reopen();
      expect(store.actions.waiting(10).map(({ id }) => id)).toEqual([second]);
      expect([...store.actions.answers([first ?? -1, second ?? -1])]).toEqual([
        [first, { kind: 'done', version: 4 }],
      ]);
    });

    test('is answered once', () => {
      const [id = -1] = ask(request());
      commit({ answers: [{ id, answer: { kind: 'done', version: 4 } }] });
      const refused = { kind: 'refused', version: 4, reason: 'already-open', message: 'again' } as const;
      commit({ answers: [{ id, answer: refused }] });
      expect(store.actions.answers([id]).get(id)).toEqual({ kind: 'done', version: 4 });
    });

    test('is answered with what it did, or not at all', () => {
      const [id = -1] = ask(request());
      const fail = (): string => {
        throw new Error('no snapshot to be had');
      };
      const answers = [{ id, answer: { kind: 'done', version: 2 } as const }];
      const incidents = [storedWith({ version: 2 })];
      const batch = { ...emptyBatch, windowDelta: 'x'.repeat(100_000), answers, incidents };
      expect(() => store.commit(batch, fail)).toThrow('no snapshot');
      reopen();
      expect(store.actions.waiting(10).map((one) => one.id)).toEqual([id]);
      expect(store.storedIncident('a1')).toBeUndefined();
    });

    test('is no more than can be looked through, all or nothing', () => {
      expect(ask(...Array.from({ length: waitingActionsMax - 1 }, () => request())).length).toBe(9_999);
      expect(store.actions.ask([request(), request()], 1_000)).toBeNull();
      expect(store.actions.ask([request()], 1_000)?.length).toBe(1);
    });

    test('leaves its answer for a day, and its id to nobody', () => {
      const [id = -1] = ask(request());
      commit({ answers: [{ id, answer: { kind: 'done', version: 4 } }] });
      store.actions.ask([request()], 1_000 + answersKeptMs);
      expect(store.actions.answers([id]).size).toBe(1);
      const later = store.actions.ask([request()], 1_001 + answersKeptMs) ?? [];
      expect(store.actions.answers([id]).size).toBe(0);
      expect(later[0]).toBeGreaterThan(id);
    });
  });

  describe(`${name}: an incident`, () => {
    test('is found with what is needed to go on folding, by its whole id', () => {
      commit({ incidents: [storedWith({ id: 'ab12' }, 'fold'), storedWith({ id: 'ab34' }, null)] });
      expect(store.storedIncident('ab12')).toEqual(storedWith({ id: 'ab12' }, 'fold'));
      expect(store.storedIncident('ab34')?.fold).toBeNull();
      expect(store.storedIncident('ab1')).toBeUndefined();
    });

    test('that is final keeps what was merged into it until it is not any more', () => {
      const wholeOf = (id: string): string | null => store.storedIncident(id)?.whole ?? null;
      const final = storedWith({ id: 'a' }, null);
      commit({ incidents: [{ ...final, whole: '{"of":"b"}' }, storedWith({ id: 'b' }, null)] });
      reopen();
      expect(['a', 'b'].map(wholeOf)).toEqual(['{"of":"b"}', null]);
      commit({ incidents: [{ ...final, whole: '{"of":"c"}' }] });
      expect(wholeOf('a')).toBe('{"of":"c"}');
      commit({ incidents: [{ ...storedWith({ id: 'a' }, 'fold'), whole: null }] });
      commit({ incidents: [final] });
      reopen();
      expect(wholeOf('a')).toBeNull();
    });

    const asked: { title: string; query: Omit<IncidentQuery, 'limit'>; found: string[] }[] = [
      { title: 'severity', query: { severity: 'low' }, found: ['b'] },
      { title: 'assignee', query: { assignee: 'bob' }, found: ['c'] },
      { title: 'nobody having it', query: { assignee: null }, found: ['b', 'a'] },
      { title: 'being in shadow', query: { shadow: true }, found: ['a'] },
      { title: 'not being in shadow', query: { shadow: false }, found: ['c', 'b'] },
      { title: 'when it was last seen', query: { since: '2026-03-01T11:00:00.000Z' }, found: ['c', 'b'] },
      {
        title: 'all of it',
        query: { shadow: false, assignee: null, severity: 'low', status: 'open' },
        found: ['b'],
      },
    ];
    test.each(asked)('is found by $title', ({ query, found }) => {
      commit({
        incidents: [
          storedWith({ id: 'a', lastSeen: '2026-03-01T10:00:00.000Z', shadow: true }),
          storedWith({ id: 'b', lastSeen: '2026-03-01T11:00:00.000Z', severity: 'low' }),
          storedWith({ id: 'c', lastSeen: '2026-03-01T12:00:00.000Z', assignee: 'bob' }),
        ],
      });
      expect(store.incidents({ limit: 10, ...query }).map(({ id }) => id)).toEqual(found);
    });
  });
}
