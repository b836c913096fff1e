import { describe, expect, test } from 'vitest';
import type { Notice } from '../../src/shared/model/notice.ts';
import type { Outbox } from '../../src/shared/ports/outbox.ts';
import type { Store, TellingWrites } from '../../src/shared/ports/store.ts';
import { openForEach, type StateUnderTest } from './state-under-test.ts';

/** What every store promises about who was told of what: a part of the store's contract. */
export function tellingContract(name: string, make: () => StateUnderTest): void {
  let store: Store & Outbox;
  const { commit, reopen } = openForEach(make, (opened) => {
    store = opened;
  });
  const write = (telling: Partial<TellingWrites>): void =>
    commit({ telling: { records: [], groups: [], notices: [], ...telling } });
  const notice = (nth: number): Notice => ({
    at: '2026-03-01T12:00:00.000Z',
    receiver: 'soc',
    told: nth % 2 === 0,
    reason: 'opened',
    detail: String(nth),
  });
  const notices = (from: number, to: number): Notice[] =>
    Array.from({ length: to - from }, (_, index) => notice(from + index));

  describe(`${name}: who was told`, () => {
    test('is there after the next start, the newest state of each, and nothing that was forgotten', () => {
      write({
        records: [
          { incidentId: 'a', state: '1' },
          { incidentId: 'b', state: '2' },
        ],
        groups: [
          { key: 'g', state: '3' },
          { key: 'h', state: '4' },
        ],
      });
      write({
        records: [
          { incidentId: 'a', state: '5' },
          { incidentId: 'b', state: null },
          { incidentId: 'never', state: null },
        ],
        groups: [{ key: 'g', state: null }],
      });
      reopen();
      expect(store.load().telling).toEqual({
        records: [{ incidentId: 'a', state: '5' }],
        groups: [{ key: 'h', state: '4' }],
      });
    });

    test('and why is kept with the incident, the oldest first', () => {
      write({ notices: [{ incidentId: 'a', notices: notices(0, 2), isToTrim: false }] });
      write({ notices: [{ incidentId: 'a', notices: notices(2, 3), isToTrim: false }] });
      reopen();
      expect(store.notices('a')).toEqual(notices(0, 3));
      expect(store.notices('nobody')).toEqual([]);
    });

    test('and why go their own ways: what is forgotten leaves its reasons, what is remembered anew finds them', () => {
      const [first, second, third] = [notices(0, 1), notices(1, 3), notices(3, 4)];
      write({
        records: [{ incidentId: 'a', state: '1' }],
        notices: [
          { incidentId: 'b', notices: [], isToTrim: false },
          { incidentId: 'a', notices: first, isToTrim: false },
        ],
      });
      write({ records: [{ incidentId: 'a', state: null }] });
      write({ records: [{ incidentId: 'b', state: '2' }] });
      expect(store.load().telling.records).toEqual([{ incidentId: 'b', state: '2' }]);
      expect(store.notices('a')).toEqual(first);
      expect(store.notices('b')).toEqual([]);
      write({
        records: [
          { incidentId: 'a', state: null },
          { incidentId: 'a', state: '3' },
        ],
        notices: [
          { incidentId: 'a', notices: second, isToTrim: false },
          { incidentId: 'b', notices: third, isToTrim: false },
        ],
      });
      reopen();
      const { records } = store.load().telling;
      expect(new Map(records.map(({ incidentId, state }) => [incidentId, state]))).toEqual(
        new Map([
          ['a', '3'],
          ['b', '2'],
        ]),
      );
      expect(store.notices('a')).toEqual([...first, ...second]);
      expect(store.notices('b')).toEqual(third);
    });

    test('and of its reasons the newest hundred are given, and kept where it is trimmed', () => {
      write({
        notices: [
          { incidentId: 'a', notices: notices(0, 150), isToTrim: false },
          { incidentId: 'b', notices: notices(0, 150), isToTrim: false },
        ],
      });
      expect(store.notices('a')).toEqual(notices(50, 150));
      write({ notices: [{ incidentId: 'a', notices: notices(150, 151), isToTrim: true }] });
      reopen();
      expect(store.notices('a')).toEqual(notices(51, 151));
      expect(store.notices('b')).toEqual(notices(50, 150));
    });
  });
}
