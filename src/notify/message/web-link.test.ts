import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { webLink } from './web-link.ts';

describe('a link', () => {
  test.each([
    {
      title: 'stays as it is',
      address: 'https://example.org/a?b=c&d#e',
      link: 'https://example.org/a?b=c&d#e',
    },
    {
      title: 'loses what would end it',
      address: 'https://example.org/a|b>c<d"e',
      link: 'https://example.org/a%7Cb%3Ec%3Cd%22e',
    },
    {
      title: 'loses spaces and hidden characters',
      address: 'https://example.org/a b\u202e',
      link: 'https://example.org/a%20b%E2%80%AE',
    },
    { title: 'is not what runs', address: 'javascript:alert(1)', link: null },
    { title: 'is not what reads a file', address: 'file:///etc/passwd', link: null },
    { title: 'is not half an address', address: 'https://', link: null },
    { title: 'is not longer than allowed', address: `https://example.org/${'a'.repeat(200)}`, link: null },
  ])('$title', ({ address, link }) => {
    expect(webLink(address, 100)).toBe(link);
  });

  test('is plain ASCII without quotes, spaces or brackets, whatever it is made of', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 100 }), (path) => {
        expect(webLink(`https://example.org/${path}`, 10_000)).toMatch(
          /^https:\/\/example\.org\/[^\s"<>|`]*$/,
        );
      }),
    );
  });
});
