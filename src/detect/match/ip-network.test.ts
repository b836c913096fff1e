import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { describe, expect, test } from 'vitest';
import { createNetworkSet, parseAddress, parseNetwork } from './ip-network.ts';

const isIn = (address: string, ...networks: string[]): boolean =>
  createNetworkSet(networks.map((text) => parseNetwork(text) ?? expect.unreachable(text))).has(address);

describe('an address is in a network', () => {
  test.each([
    { address: '10.1.2.3', network: '10.0.0.0/8', inside: true },
    { address: '11.1.2.3', network: '10.0.0.0/8', inside: false },
    { address: '10.0.0.1', network: '10.0.0.1', inside: true },
    { address: '10.0.0.2', network: '10.0.0.1/32', inside: false },
    { address: '255.255.255.255', network: '0.0.0.0/0', inside: true },
    { address: '192.168.1.129', network: '192.168.1.200/25', inside: true },
    { address: '2001:db8::1', network: '2001:db8::/32', inside: true },
    { address: '2001:DB8:0:0::1', network: '2001:db8::/33', inside: true },
    { address: '2001:db8:8000::1', network: '2001:db8::/33', inside: false },
    { address: '::1', network: '::/0', inside: true },
    { address: '::ffff:10.1.2.3', network: '10.0.0.0/8', inside: true },
    { address: '10.1.2.3', network: '::ffff:10.0.0.0/104', inside: true },
    { address: 'fe80::1%eth0', network: 'fe80::/10', inside: true },
    { address: '10.1.2.3', network: '2001:db8::/32', inside: false },
    { address: '2001:db8::1', network: '0.0.0.0/0', inside: false },
  ])('$address in $network: $inside', ({ address, network, inside }) => {
    expect(isIn(address, network)).toBe(inside);
  });
});

test.each([
  '',
  '1',
  '10.1',
  '010.0.0.1',
  '1.2.3.256',
  '1.2.3.4.5',
  '0x7f.1',
  'a.b.c.d',
  '::1::',
  ':::',
  '1:2:3:4:5:6:7',
  '1:2:3:4:5:6:7:8:9',
  '12345::',
  '::1.2.3',
  '1.2.3.4::',
  `${'1'.repeat(90)}`,
])('no address: %s', (text) => {
  expect(parseAddress(text)).toBeUndefined();
});

test.each(['10.0.0.0/33', '::/129', '10.0.0.0/', '10.0.0.0/-1', '10.0.0.0/8/8', 'x/8', '::ffff:10.0.0.0/8'])(
  'no network: %s',
  (text) => {
    expect(parseNetwork(text)).toBeUndefined();
  },
);

const v4 = fc.ipV4();
const v6 = fc.ipV6();

test('agrees with ipaddr.js', () => {
  fc.assert(
    fc.property(fc.oneof(v4, v6), fc.oneof(v4, v6), fc.nat(128), (address, base, written) => {
      // ipaddr.js takes the deprecated `::192.0.2.1` for a mapped address.
      fc.pre(![address, base].some((text) => /^::\d+\./.test(text)));
      const bits = base.includes(':') ? written : Math.min(written, 32);
      const [theirs, network] = [ipaddr.process(address), ipaddr.process(base)];
      // ipaddr.js counts a mapped network's bits its own way.
      fc.pre(ipaddr.parse(base).kind() === network.kind());
      const expected = theirs.kind() === network.kind() && theirs.match([network, bits] as never);
      expect(isIn(address, `${base}/${bits}`)).toBe(expected);
    }),
    { numRuns: 2_000 },
  );
});
