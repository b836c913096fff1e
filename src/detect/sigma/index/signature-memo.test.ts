import { describe, expect, test } from 'vitest';
import { AtomSets, noAtoms, SignatureMemo } from './signature-memo.ts';

describe('sets of atoms', () => {
  test('are one object for the same atoms, in whatever order', () => {
    const sets = new AtomSets();
    expect(sets.of([3, 1, 2])).toBe(sets.of([2, 3, 1]));
    expect(sets.of([1])).not.toBe(sets.of([12]));
    expect(sets.of([1, 2])).not.toBe(sets.of([12]));
    expect(sets.of([])).toBe(noAtoms);
  });

  test('do not change with the list they were made of', () => {
    const sets = new AtomSets();
    const list = [1, 2];
    const set = sets.of(list);
    list.length = 0;
    expect(set.atoms).toEqual([1, 2]);
  });

  test('may be of part of a list, however long', () => {
    const sets = new AtomSets();
    const long = Array.from({ length: 40 }, (_, at) => (at * 7) % 40);
    expect(sets.of([...long, 99], 40).atoms).toEqual(Array.from({ length: 40 }, (_, at) => at));
    expect(sets.of([2, 1, 7], 2)).toBe(sets.of([1, 2]));
  });

  test('are forgotten when they begin in 131,072 ways, and those handed out stay what they are', () => {
    const sets = new AtomSets();
    const first = sets.of([0, 1]);
    for (let atom = 1; atom < 131_070; atom += 1) sets.of([atom]);
    expect(sets.of([0, 1])).toBe(first);
    sets.of([131_072]);
    expect(sets.of([0, 1])).not.toBe(first);
    expect(sets.of([0, 1])).toEqual(first);
    expect(first.atoms).toEqual([0, 1]);
  });
});

describe('signatures', () => {
  test('end in the same state after the same sets, in the same order', () => {
    const [sets, memo] = [new AtomSets(), new SignatureMemo<string>()];
    const [a, b] = [sets.of([1]), sets.of([2])];
    const end = memo.after(memo.after(memo.root, a), b);
    end.result = 'found';
    expect(memo.after(memo.after(memo.root, b), a)).not.toBe(end);
    expect(memo.after(memo.after(memo.root, a), b).result).toBe('found');
    expect([end.set, end.parent?.set, end.parent?.parent]).toEqual([b, a, memo.root]);
  });

  test('are forgotten at the beginning of an event when there are 65,536, not before its end', () => {
    const [sets, memo] = [new AtomSets(), new SignatureMemo<string>()];
    const { root } = memo;
    const kept = memo.after(root, sets.of([0]));
    for (let atom = 1; atom <= 65_536; atom += 1) memo.after(root, sets.of([atom]));
    expect(memo.after(root, kept.set)).toBe(kept);
    expect(memo.root).not.toBe(root);
    expect(memo.after(memo.root, kept.set)).not.toBe(kept);
    expect(memo.after(memo.root, kept.set).result).toBeUndefined();
  });
});
