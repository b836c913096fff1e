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
      const calendar = new DueCalendar();
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

test('so does what stands on full pages, among what was put in since', () => {
  const times = fc.array(fc.tuple(fc.nat(20_000), fc.constantFrom(0, 0, 0.5)), {
    minLength: 2_000,
    maxLength: 2_000,
  });
  const nears = fc.array(fc.nat(6_000), { maxLength: 20 });
  fc.assert(
    fc.property(times, nears, fc.nat(20_000), (far, nears, firstMs) => {
      const dues = new Map(far.map(([timeMs, part], group) => [group, timeMs + part]));
      const calendar = new DueCalendar();
      for (const [group, dueMs] of dues) calendar.push(dueMs, group);
      let taken = takeDue(calendar, { dues, nowMs: firstMs });
      for (const [at, sinceMs] of nears.entries()) {
        dues.set(2_000 + at, firstMs + sinceMs);
        calendar.push(firstMs + sinceMs, 2_000 + at);
      }
      taken = [...taken, ...takeDue(calendar, { dues, nowMs: 30_000 })];
      const all = [
        ...far.map(([timeMs, part]) => timeMs + part),
        ...nears.map((sinceMs) => firstMs + sinceMs),
      ];
      expect(taken).toEqual(all.sort((a, b) => a - b));
    }),
    { numRuns: 10 },
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
