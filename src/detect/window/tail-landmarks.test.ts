import fc from 'fast-check';
import { expect, test } from 'vitest';
import { matchOf } from '../../../test/support/windowed-rules.ts';
import { eventCount } from './event-count.ts';
import { GroupTable } from './group-table.ts';
import { MatchSlab, nil } from './match-slab.ts';
import { placeInTail } from './place-in-tail.ts';
import { PlaceTable } from './place-table.ts';
import type { WindowKind } from './window-kind.ts';

const kind = eventCount({ type: 'event_count', timespanMs: 10, condition: { gte: 9 }, reset: false });

test('a match that comes late finds its place, in tails of any length whose heads leave', () => {
  const arrivals = fc.array(
    fc.record({ timeMs: fc.nat(300), partition: fc.nat(3), leaving: fc.constantFrom(0, 0, 0, 3) }),
    { minLength: 200, maxLength: 1_000, size: 'max' },
  );
  fc.assert(
    fc.property(arrivals, (all) => {
      const table = new GroupTable('rule', new MatchSlab(new PlaceTable()), kind as WindowKind<unknown>);
      const group = table.of('a');
      let settledMs = 0;
      const held = new Set<string>();
      all.forEach(({ timeMs, partition, leaving }, offset) => {
        const { event } = matchOf({ timeMs: Math.max(settledMs, timeMs), partition, offset });
        const match = { ...event, values: undefined };
        for (const { after } of placeInTail(table, group, { matches: [match], merge: undefined }))
          table.insert(group, match, after);
        held.add(nameOf(match.timeMs, partition, offset));
        settledMs += leaving;
        for (let id = table.firstOf(group); id !== nil && table.slab.timeOf(id) < settledMs; ) {
          held.delete(nameAt(table, id));
          table.dropFirst(group);
          id = table.firstOf(group);
        }
      });
      const names: string[] = [];
      for (let id = table.firstOf(group); id !== nil; id = table.slab.nextOf(id))
        names.push(nameAt(table, id));
      expect(names).toEqual([...held].sort());
    }),
    { numRuns: 20 },
  );
});

/** Sorts as the matches do. */
const nameOf = (timeMs: number, partition: number, offset: number): string =>
  [timeMs, partition, offset].map((number) => String(number).padStart(5, '0')).join(' ');

function nameAt({ slab }: GroupTable, id: number): string {
  const { partition, offset } = slab.positionOf(id);
  return nameOf(slab.timeOf(id), partition, offset);
}
