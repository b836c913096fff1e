import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EventFields } from '../shared/model/log-event.ts';
import { cutEvent, cutText } from './cut-event.ts';

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

describe('a piece of evidence', () => {
  test('is the event itself where that is small', () => {
    const fields = {
      source: { ip: '203.0.113.7', port: 22 },
      tags: ['a', null, true],
      message: 'Failed password',
    };
    expect(cutEvent(fields)).toEqual(fields);
  });

  test.each([
    { title: 'a string of 5 MB', fields: { message: 'x'.repeat(5_000_000) } },
    { title: 'strings that JSON escapes', fields: { a: '\u0000'.repeat(9_000), b: '"'.repeat(9_000) } },
    { title: 'lone surrogates', fields: { a: '\ud800'.repeat(9_000) } },
    { title: 'a million elements', fields: { list: Array.from({ length: 1_000_000 }, () => 1) } },
    {
      title: '100,000 members',
      fields: Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`k${i}`, i])),
    },
    { title: 'a key of a megabyte', fields: { ['k'.repeat(1_000_000)]: 1, b: 2 } },
    { title: '10,000 levels', fields: JSON.parse(`${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`) },
    {
      title: '100 members of 100 members',
      fields: Object.fromEntries(
        Array.from({ length: 100 }, (_, i) => [`k${i}`, Array.from({ length: 100 }, () => 'v'.repeat(50))]),
      ),
    },
  ])('is at most 8 kB, whatever the event is: $title', ({ fields }) => {
    expect(bytesOf(cutEvent(fields))).toBeLessThanOrEqual(8_192);
  });

  const nested = (levels: number): object => (levels === 1 ? {} : { a: nested(levels - 1) });
  const members = (count: number): object =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, i]));
  test.each([
    { title: 'eight levels', fields: nested(8), isWhole: true },
    { title: 'nine levels', fields: nested(9), isWhole: false },
    { title: 'a hundred members', fields: members(100), isWhole: true },
    { title: 'a hundred members and one', fields: members(101), isWhole: false },
    { title: 'a hundred elements', fields: { list: Array.from({ length: 100 }, () => 1) }, isWhole: true },
    {
      title: 'a hundred elements and one',
      fields: { list: Array.from({ length: 101 }, () => 1) },
      isWhole: false,
    },
    { title: 'a text of 2,048', fields: { text: 'x'.repeat(2_048) }, isWhole: true },
    { title: 'a text of 2,049', fields: { text: 'x'.repeat(2_049) }, isWhole: false },
    { title: 'a text of 1,000 that JSON escapes', fields: { text: '\u0000'.repeat(1_000) }, isWhole: true },
    { title: 'a text of 2,000 that JSON escapes', fields: { text: '\u0000'.repeat(2_000) }, isWhole: false },
    { title: 'a name of 2,048', fields: { ['k'.repeat(2_048)]: 1 }, isWhole: true },
    { title: 'a name of 2,049', fields: { ['k'.repeat(2_049)]: 1 }, isWhole: false },
    {
      title: 'what is written as JSON in its own way',
      fields: { at: Object.create({ toJSON: () => 1 }) },
      isWhole: false,
    },
  ])('is all of the event only within every bound: $title', ({ fields, isWhole }) => {
    expect(JSON.stringify(cutEvent(fields as EventFields)) === JSON.stringify(fields)).toBe(isWhole);
  });

  test('says that something was left out', () => {
    const cut = cutEvent({ list: Array.from({ length: 150 }, () => 1), text: 'x'.repeat(9_000) });
    expect((cut['list'] as unknown[]).at(-1)).toBe('… 50 more');
    expect(cut['text']).toMatch(/…$/);
  });

  test('keeps __proto__ as a member and pollutes nothing', () => {
    const cut = cutEvent(JSON.parse('{"__proto__":{"polluted":true},"constructor":1}'));
    expect(JSON.stringify(cut)).toBe('{"__proto__":{"polluted":true},"constructor":1}');
    expect(Object.getPrototypeOf(cut)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test('can always be written as JSON, however the event was made', () => {
    const cut = cutEvent({ big: 2n ** 70n, nothing: undefined, nan: Number.NaN, call: () => 1 });
    expect(JSON.parse(JSON.stringify(cut))).toEqual({
      big: '1180591620717411303424',
      nothing: null,
      nan: null,
      call: null,
    });
  });

  test('never throws and stays within its size, for any JSON', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 12 })), (fields) => {
        const cut = cutEvent(fields);
        expect(bytesOf(cut)).toBeLessThanOrEqual(8_192);
        expect(cutEvent(cut)).toBeDefined();
      }),
    );
  });
});

describe('a text that is cut', () => {
  test('ends in a mark', () => expect(cutText('abcdef', 3)).toBe('abc…'));
  test('is left as it is where it fits', () => expect(cutText('abc', 3)).toBe('abc'));
  test('keeps surrogate pairs whole', () => expect(cutText('ab😀cd', 3)).toBe('ab…'));
});
