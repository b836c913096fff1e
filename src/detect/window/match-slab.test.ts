import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MatchSlab, nil } from './match-slab.ts';
import { PlaceTable } from './place-table.ts';

test('gives every match that is kept a number of its own, whatever is added and forgotten', () => {
  const action = fc.record({
    tail: fc.nat(3),
    count: fc.nat(30),
    isLong: fc.boolean(),
    isRelease: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
      const slab = new MatchSlab(new PlaceTable());
      const tails: number[][] = [[], [], [], []];
      const times = new Map<number, number>();
      let timeMs = 0;
      for (const { tail, count, isLong, isRelease } of actions) {
        const ids = tails[tail] ?? [];
        for (let step = 0; step < count; step += 1) {
          if (isRelease) {
            const id = ids.shift();
            if (id === undefined) break;
            times.delete(id);
            slab.release(id);
            continue;
          }
          timeMs += 1;
          const position = { topic: 'logs', partition: tail, offset: timeMs, index: 0 };
          const id = slab.add({ timeMs, position, weight: 1 }, isLong ? (ids.at(-1) ?? nil) : nil);
          expect(times.has(id)).toBe(false);
          times.set(id, timeMs);
          ids.push(id);
        }
      }
      for (const [id, kept] of times)
        expect([slab.timeOf(id), slab.positionOf(id).offset]).toEqual([kept, kept]);
    }),
  );
});
