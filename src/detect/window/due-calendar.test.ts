import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DueCalendar } from './due-calendar.ts';

const never = Number.POSITIVE_INFINITY;

test('what is due comes out once, in order, whatever was due later before', () => {
  const due = fc.record({ group: fc.nat(40), dueMs: fc.oneof(fc.nat(50_000), fc.nat(2_000_000_000)) });
  const time = fc.record({ untilMs: fc.oneof(fc.nat(50_000), fc.nat(2_000_000_000)) });
  fc.assert(
    fc.property(fc.array(fc.oneof(due, due, due, time), { maxLength: 200 }), (actions) => {
      const dues = new Map<number, number>();
      const calendar = new DueCalendar((group) => dues.get(group) ?? never);
      let nowMs = 0;
      for (const action of actions) {
        if ('group' in action) {
          const { group, dueMs } = action;
          if (dueMs >= (dues.get(group) ?? never)) continue;
          dues.set(group, dueMs);
          calendar.push(dueMs, group);
          continue;
        }
        nowMs = Math.max(nowMs, action.untilMs);
        const expected = [...dues.values()].filter((dueMs) => dueMs <= nowMs).sort((a, b) => a - b);
        expect(takeDue(calendar, { dues, nowMs })).toEqual(expected);
      }
    }),
  );
});

/** As the owner does: an entry of another time than the group is due at counts for nothing. */
function takeDue(
  calendar: DueCalendar,
  { dues, nowMs }: { readonly dues: Map<number, number>; readonly nowMs: number },
): readonly number[] {
  const taken: number[] = [];
  calendar.open(nowMs);
  while (calendar.nextMs <= nowMs) {
    const dueMs = calendar.nextMs;
    const group = calendar.pop() ?? -1;
    if (dues.get(group) !== dueMs) continue;
    dues.delete(group);
    taken.push(dueMs);
  }
  return taken;
}
