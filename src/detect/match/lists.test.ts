import { describe, expect, test } from 'vitest';
import { createLists, noLists } from './lists.ts';

const lists = createLists({
  scanners: ['203.0.113.7', '10.0.0.0/8', '2001:db8::/32', 'Nessus', 'a/b'],
  empty: [],
});

describe('a list', () => {
  test.each([
    { value: '203.0.113.7', has: true, title: 'has its entries' },
    { value: '203.0.113.8', has: false, title: 'has nothing else' },
    { value: '10.200.0.1', has: true, title: 'has the addresses of its networks' },
    { value: '2001:db8::5', has: true, title: 'has the IPv6 addresses of its networks' },
    { value: '10.0.0.0/8', has: true, title: 'has a network as text, too' },
    { value: 'a/b', has: true, title: 'may have texts with a slash' },
    { value: 'nessus', has: false, title: 'compares exactly' },
    { value: '', has: false, title: 'does not have the empty text' },
  ])('$title: $value', ({ value, has }) => {
    expect(lists.has('scanners', value)).toBe(has);
  });

  test('can be asked without regard to case', () => {
    expect(lists.hasIgnoringCase?.('scanners', 'NESSUS')).toBe(true);
    expect(lists.hasIgnoringCase?.('scanners', '2001:DB8::5')).toBe(true);
  });

  test('that does not exist has nothing', () => {
    expect([lists.has('toString', 'x'), lists.has('empty', ''), noLists.has('a', 'b')]).toEqual([
      false,
      false,
      false,
    ]);
    expect(lists.names?.()).toEqual(['scanners', 'empty']);
  });

  test('of 100,000 entries and networks finds each', () => {
    const networks = Array.from({ length: 100_000 }, (_, index) =>
      `10.${index >> 8}.${index & 255}.0/24`.replace(
        /^10\.(\d+)/,
        (_all, high: string) => `${10 + (Number(high) >> 8)}.${Number(high) & 255}`,
      ),
    );
    const large = createLists({ large: networks });
    expect([
      large.has('large', '10.7.200.9'),
      large.has('large', '11.134.159.1'),
      large.has('large', '11.200.0.1'),
    ]).toEqual([true, true, false]);
  });
});
