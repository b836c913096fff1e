import { describe, expect, test } from 'vitest';
import type { AtomSet } from './signature-memo.ts';
import { ValueCache } from './value-cache.ts';

const setOf = (atom: number): AtomSet => ({ atoms: [atom] });

/** Asks for each value, and sets what is not known; the number of those that were known. */
function ask(cache: ValueCache, values: readonly unknown[]): number {
  let known = 0;
  for (const [at, value] of values.entries()) {
    if (cache.get(value) === undefined) cache.set(value, setOf(at));
    else known += 1;
  }
  return known;
}

const values = (count: number, prefix = 'v'): string[] =>
  Array.from({ length: count }, (_, at) => `${prefix}${at}`);

describe('what a value made true', () => {
  test('is known the next time, by value and type', () => {
    const cache = new ValueCache();
    cache.set('1', setOf(1));
    cache.set(1, setOf(2));
    cache.set(true, setOf(3));
    expect(['1', 1, true, 'true', false].map((value) => cache.get(value)?.atoms)).toEqual([
      [1],
      [2],
      [3],
      undefined,
      undefined,
    ]);
  });

  test('is forgotten with all others when there are 4,096, and learned again', () => {
    const cache = new ValueCache();
    cache.set('first', setOf(1));
    for (const value of values(4_095)) cache.set(value, setOf(2));
    expect(cache.get('first')).toEqual(setOf(1));
    cache.set('one too many', setOf(3));
    expect(cache.get('first')).toBeUndefined();
    expect(cache.get('one too many')).toEqual(setOf(3));
  });

  test('is not kept of texts longer than 1,024', () => {
    const cache = new ValueCache();
    const [kept, long] = ['x'.repeat(1_024), 'x'.repeat(1_025)];
    expect(ask(cache, [kept, long, kept, long])).toBe(1);
  });

  test('is not kept while values never repeat, but for the one before, and is after a pause', () => {
    const cache = new ValueCache();
    expect(ask(cache, values(256))).toBe(0);
    expect(ask(cache, ['a', 'b', 'a'])).toBe(0);
    expect(ask(cache, ['c', 'c', 'c'])).toBe(2);
    expect(ask(cache, values(2_048, 'w'))).toBe(0);
    expect(ask(cache, ['a', 'b', 'a', 'b'])).toBe(2);
  });

  test('is not kept for twice as long each time that values do not repeat after a pause', () => {
    const cache = new ValueCache();
    ask(cache, values(256 + 2_048 + 256, 'x'));
    expect(ask(cache, values(4_000, 'y'))).toBe(0);
    expect(ask(cache, ['a', 'b', 'a', 'b'])).toBe(0);
    ask(cache, values(96, 'z'));
    expect(ask(cache, ['a', 'b', 'a', 'b'])).toBe(2);
  });

  test('is kept where a few values of many are there again, and of the next ones a quarter', () => {
    const cache = new ValueCache();
    const some = [...values(192), ...values(64)];
    expect(ask(cache, some)).toBe(64);
    expect(ask(cache, values(192))).toBe(192);
  });
});
