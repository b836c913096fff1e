import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TextMemo } from './text-memo.ts';

const texts = (count: number): string[] =>
  Array.from({ length: count }, (_, at) => `C:\\Windows\\System32\\${(at * 2_654_435_761) % 1_000_003}.exe`);

/** How many of them are known. */
const known = (memo: TextMemo<number>, of: readonly string[]): number =>
  of.filter((text) => memo.get(text) !== undefined).length;

describe('a memo of texts', () => {
  test('knows what was said of a text, or nothing', () => {
    const text = fc.oneof(fc.string({ maxLength: 80 }), fc.stringMatching(/^(ab|ba|a){0,60}$/));
    fc.assert(
      fc.property(fc.array(text, { maxLength: 200 }), (asked) => {
        const memo = new TextMemo<string>(64);
        for (const each of asked) {
          const found = memo.get(each);
          expect([undefined, each]).toContain(found);
          if (found === undefined) memo.set(each, each);
          expect(memo.get(each)).toBe(each);
        }
      }),
    );
  });

  test('remembers nearly all while it is not full, and no more than its size', () => {
    const memo = new TextMemo<number>(1_024);
    const some = texts(500);
    for (const [at, text] of some.entries()) memo.set(text, at);
    expect(known(memo, some)).toBeGreaterThan(450);
    for (const [at, text] of some.entries()) expect([undefined, at]).toContain(memo.get(text));
    const many = texts(5_000);
    for (const [at, text] of many.entries()) if (memo.get(text) === undefined) memo.set(text, at);
    expect(known(memo, many)).toBeGreaterThan(900);
    expect(known(memo, many)).toBeLessThanOrEqual(1_024);
  });

  test('remembers four texts that differ in places which it does not look at', () => {
    const memo = new TextMemo<number>(64);
    const alike = Array.from({ length: 8 }, (_, at) => `${'x'.repeat(201)}${at}${'x'.repeat(198)}`);
    for (const [at, text] of alike.slice(0, 4).entries()) memo.set(text, at);
    expect(alike.map((text) => memo.get(text))).toEqual([0, 1, 2, 3, ...new Array(4).fill(undefined)]);
    for (const [at, text] of alike.slice(4).entries()) memo.set(text, 4 + at);
    expect(alike.map((text) => memo.get(text))).toEqual([...new Array(4).fill(undefined), 4, 5, 6, 7]);
  });

  test('forgets all at once when it is told to', () => {
    const memo = new TextMemo<number>(64);
    for (const text of texts(20)) memo.set(text, 1);
    memo.clear();
    expect(known(memo, texts(20))).toBe(0);
    memo.set('again', 2);
    expect(memo.get('again')).toBe(2);
  });
});
