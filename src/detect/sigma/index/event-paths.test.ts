import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type EventPath, EventPaths, Step } from './event-paths.ts';
import type { AtomSet } from './signature-memo.ts';
import { TextIndex } from './text-index.ts';

const indexes = new Map([
  ['a', new TextIndex()],
  ['b.c', new TextIndex()],
]);

/** The steps along the keys of one object. */
function walk(paths: EventPaths, place: EventPath, keys: readonly string[]): readonly Step[] {
  const steps: Step[] = [];
  for (const key of keys) steps.push(paths.step(place, steps.at(-1) ?? place.first, key));
  return steps;
}

const names = (steps: readonly Step[]): readonly unknown[] => steps.map(({ place }) => place?.name);

describe('the places of an event', () => {
  test('are found by their keys in any order, level by level', () => {
    const paths = new EventPaths(indexes, false);
    for (const keys of [['a', 'b', 'x'], ['b', 'a', 'x'], ['x', 'b'], ['a', 'b', 'x'], ['b.c']])
      expect(names(walk(paths, paths.root, keys))).toEqual(
        keys.map((key) => (key === 'x' ? undefined : key)),
      );
    const below = paths.child(paths.root, 'b');
    expect(below?.hasBelow).toBe(true);
    if (below !== null) expect(names(walk(paths, below, ['c', 'd']))).toEqual(['b.c', undefined]);
  });

  test('have a step of their own for the members before them, the same whenever those come again', () => {
    const paths = new EventPaths(indexes, true);
    const [inOrder, reversed] = [walk(paths, paths.root, ['a', 'k']), walk(paths, paths.root, ['k', 'a'])];
    expect(inOrder[0]?.place).toBe(reversed[1]?.place);
    expect(inOrder[0]).not.toBe(reversed[1]);
    expect(walk(paths, paths.root, ['a', 'k'])).toEqual(inOrder);
    expect(walk(paths, paths.root, ['a', 'k'])[1]).toBe(inOrder[1]);
    expect(walk(paths, paths.root, ['k', 'a'])[1]).toBe(reversed[1]);
  });

  test('are not remembered without end, whatever members are called', () => {
    const paths = new EventPaths(indexes, true);
    const first = walk(paths, paths.root, ['a'])[0];
    for (let at = 0; at < 16_383; at += 1) walk(paths, paths.root, [`k${at}`]);
    expect(walk(paths, paths.root, ['a'])[0]).toBe(first);
    walk(paths, paths.root, ['one more']);
    const again = walk(paths, paths.root, ['a'])[0];
    expect(again).not.toBe(first);
    expect(again?.place).toBe(first?.place);
    expect(paths.root.children.size).toBe(1 + 1_024);
    // Where no rule looks is one place from there on, which keywords are searched in all the same.
    expect(paths.child(paths.root, 'k9999')).toBe(paths.child(paths.root, 'k9998'));
    expect(paths.child(paths.root, 'k9999')).not.toBeNull();
  });

  test('are not remembered under names longer than 256', () => {
    const paths = new EventPaths(indexes, true);
    const [kept, long] = ['x'.repeat(256), 'x'.repeat(257)];
    expect(walk(paths, paths.root, [kept])[0]).toBe(walk(paths, paths.root, [kept])[0]);
    expect(walk(paths, paths.root, [long])[0]).not.toBe(walk(paths, paths.root, [long])[0]);
    expect(paths.root.children.has(long)).toBe(false);
    expect(names(walk(paths, paths.root, [long, 'a']))).toEqual(['', 'a']);
  });
});

test('a member knows what the last three values in it made true, and no others', () => {
  const sets: readonly AtomSet[] = Array.from({ length: 6 }, (_, value) => ({ atoms: [value] }));
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 5 }), { maxLength: 30 }), (values) => {
      const step = new Step('k', null);
      let seen: readonly number[] = [];
      for (const value of values) {
        const found = value === step.last ? step.lastSet : step.recall(value);
        expect(found).toBe(seen.slice(0, 3).includes(value) ? sets[value] : undefined);
        if (found === undefined) step.remember(value, sets[value] ?? { atoms: [] });
        seen = [value, ...seen.filter((other) => other !== value)];
      }
    }),
  );
});
