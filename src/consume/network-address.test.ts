import { isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { endpointOf, isIpAddress } from './network-address.ts';

describe('an IP address', () => {
  test.each(['0.0.0.0', '255.255.255.255', '::', '::1', '2001:db8::7', '::ffff:1.2.3.4', 'fe80::1%eth0'])(
    '%s is one',
    (text) => {
      expect(isIpAddress(text)).toBe(true);
    },
  );

  test.each([
    '',
    '1.2.3',
    '1.2.3.4.5',
    '256.1.1.1',
    '1.2.3.4 ',
    'example.org',
    'cafe',
    '1.2.3.4:22',
    'a:b:c:g',
    ':'.repeat(100),
  ])('"%s" is none', (text) => {
    expect(isIpAddress(text)).toBe(false);
  });

  test('whatever the platform takes for one is one', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
        if (isIP(text) !== 0) expect(isIpAddress(text)).toBe(true);
      }),
    );
  });
});

test.each([
  [
    { host: '1.2.3.4', port: '22' },
    { ip: '1.2.3.4', port: 22 },
  ],
  [
    { host: 'gate.example.org', port: 22 },
    { domain: 'gate.example.org', port: 22 },
  ],
  [{ host: '1.2.3.4', port: '99999' }, { ip: '1.2.3.4' }],
  [{ host: '1.2.3.4', port: undefined }, { ip: '1.2.3.4' }],
  [{ host: 'UNKNOWN', port: '22' }, undefined],
  [{ host: '', port: '22' }, undefined],
])('%j is the endpoint %j', ({ host, port }, expected) => {
  expect(endpointOf(host, port)).toEqual(expected);
});
