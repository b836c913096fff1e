import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkTarget } from './check-target.ts';
import { defaultNeverTarget, neverTarget, neverTargetHit, parseNetwork } from './never-target.ts';

const limits = {
  never: neverTarget([...defaultNeverTarget, '10.1.0.0/16', 'Admin', 'example.org', '2001:db8:1::/48']),
  widestIpv4Prefix: 24,
  widestIpv6Prefix: 48,
};

describe('a target may be hit', () => {
  test.each<{
    title: string;
    target: Readonly<Record<string, unknown>>;
    plain?: Readonly<Record<string, unknown>>;
  }>([
    { title: 'an IPv4 address', target: { ipv4_net: '203.0.113.7' } },
    {
      title: 'a network, by its first address',
      target: { ipv4_net: '203.0.113.7/24' },
      plain: { ipv4_net: '203.0.113.0/24' },
    },
    {
      title: 'a network of one address, without prefix',
      target: { ipv4_net: '203.0.113.7/32' },
      plain: { ipv4_net: '203.0.113.7' },
    },
    {
      title: 'an IPv6 address in its shortest form',
      target: { ipv6_net: '2001:0DB8:0::7' },
      plain: { ipv6_net: '2001:db8::7' },
    },
    {
      title: 'an IPv6 network',
      target: { ipv6_net: '2001:db8:2:3::1/64' },
      plain: { ipv6_net: '2001:db8:2:3::/64' },
    },
    { title: 'an address inside, for it may be infected', target: { ipv4_net: '192.168.1.5' } },
    { title: 'a domain', target: { domain_name: 'evil.example' } },
    {
      title: 'an account, by an extension',
      target: { 'x-acme:account': { user: 'jdoe', state: 'disabled' } },
    },
    { title: 'a process', target: { process: { pid: 4242, name: 'xmrig' } } },
    { title: 'a device', target: { device: { hostname: 'web-01' } } },
    {
      title: 'a file',
      target: { file: { path: '/tmp/x', hashes: { md5: 'd41d8cd98f00b204e9800998ecf8427e' } } },
    },
    {
      title: 'a connection',
      target: { ipv4_connection: { src_addr: '203.0.113.7', dst_port: 22, protocol: 'tcp' } },
    },
    { title: 'a hardware address', target: { mac_addr: '02:00:5e:10:00:ff' } },
    { title: 'a mailbox', target: { email_addr: 'mallory@evil.example' } },
    { title: 'an address on the web', target: { uri: 'https://evil.example/x' } },
  ])('$title', ({ target, plain = target }) => {
    expect(checkTarget(target, limits)).toEqual({ ok: true, value: plain });
  });
});

describe('a target is refused', () => {
  test.each<{ title: string; target: Readonly<Record<string, unknown>>; reason: string }>([
    { title: 'this host', target: { ipv4_net: '127.0.0.1' }, reason: 'never-target' },
    { title: 'this host, in IPv6', target: { ipv6_net: '::1' }, reason: 'never-target' },
    { title: 'this host, as IPv4 in IPv6', target: { ipv6_net: '::ffff:127.0.0.1' }, reason: 'never-target' },
    { title: 'this link', target: { ipv6_net: 'fe80::1' }, reason: 'never-target' },
    { title: 'the address that means all', target: { ipv4_net: '0.0.0.0' }, reason: 'never-target' },
    { title: 'a network that holds this host', target: { ipv4_net: '0.0.0.0/0' }, reason: 'never-target' },
    { title: 'an address that was configured', target: { ipv4_net: '10.1.2.3' }, reason: 'never-target' },
    {
      title: 'a user that was configured, in any case',
      target: { 'x-acme:account': { user: 'ADMIN' } },
      reason: 'never-target',
    },
    {
      title: 'a domain that was configured, with its dot',
      target: { domain_name: 'Example.ORG.' },
      reason: 'never-target',
    },
    {
      title: 'an address within a connection',
      target: { ipv4_connection: { dst_addr: '127.0.0.1' } },
      reason: 'never-target',
    },
    { title: 'half a continent', target: { ipv4_net: '200.0.0.0/6' }, reason: 'target-too-wide' },
    { title: 'a wide IPv6 network', target: { ipv6_net: '2a00::/16' }, reason: 'target-too-wide' },
    { title: 'the other family', target: { ipv4_net: '2001:db8::7' }, reason: 'target-invalid' },
    { title: 'no address', target: { ipv4_net: 'evil.example' }, reason: 'target-invalid' },
    {
      title: 'octal digits, which some read otherwise',
      target: { ipv4_net: '0127.0.0.1' },
      reason: 'target-invalid',
    },
    {
      title: 'a short form, which some read otherwise',
      target: { ipv4_net: '127.1' },
      reason: 'target-invalid',
    },
    {
      title: 'a number, which some read as an address',
      target: { ipv4_net: 2_130_706_433 },
      reason: 'target-invalid',
    },
    { title: 'a zone', target: { ipv6_net: '2001:db8::1%eth0' }, reason: 'target-invalid' },
    {
      title: 'a prefix that does not exist',
      target: { ipv4_net: '203.0.113.7/33' },
      reason: 'target-invalid',
    },
    {
      title: 'two targets',
      target: { ipv4_net: '203.0.113.7', ipv6_net: '2001:db8::7' },
      reason: 'target-invalid',
    },
    { title: 'no target', target: {}, reason: 'target-invalid' },
    { title: 'what OpenC2 does not know', target: { ip: '203.0.113.7' }, reason: 'target-invalid' },
    { title: 'what every object has', target: { constructor: 'x' }, reason: 'target-invalid' },
    { title: 'a process without a number', target: { process: { pid: '4242' } }, reason: 'target-invalid' },
    {
      title: 'a process of members that it does not have',
      target: { process: { shell: 'sh' } },
      reason: 'target-invalid',
    },
    { title: 'a domain with a space', target: { domain_name: 'a b.example' }, reason: 'target-invalid' },
    { title: 'an empty extension', target: { 'x-acme:account': '' }, reason: 'target-invalid' },
  ])('$title', ({ target, reason }) => {
    expect(checkTarget(target, limits)).toMatchObject({ ok: false, failure: { reason } });
  });

  test('whatever it touches, however it is written', () => {
    const octet = fc.nat(255);
    fc.assert(
      fc.property(fc.tuple(octet, octet, octet, fc.integer({ min: 0, max: 32 })), ([a, b, c, prefix]) => {
        for (const inside of [`127.${a}.${b}.${c}`, `169.254.${b}.${c}`, `10.1.${b}.${c}`]) {
          for (const text of [inside, `${inside}/${prefix}`])
            expect(checkTarget({ ipv4_net: text }, limits).ok).toBe(false);
          expect(checkTarget({ ipv6_net: `::ffff:${inside}` }, limits).ok).toBe(false);
        }
      }),
    );
  });
});

test('two networks touch when one lies within the other, and only then', () => {
  const never = neverTarget(['203.0.113.64/26']);
  expect(neverTargetHit(never, '203.0.113.64')).toBe('203.0.113.64/26');
  expect(neverTargetHit(never, '203.0.113.127')).toBe('203.0.113.64/26');
  expect(neverTargetHit(never, '203.0.113.0/24')).toBe('203.0.113.64/26');
  expect(neverTargetHit(never, '203.0.113.128')).toBeNull();
  expect(neverTargetHit(never, '203.0.113.0/26')).toBeNull();
  expect(neverTargetHit(never, 'some text')).toBeNull();
});

test('no text is a network that Node does not take for one', async () => {
  const { isIP } = await import('node:net');
  const text = fc.string({ unit: fc.constantFrom(...'0123456789abcdefx.:/%'), maxLength: 40 });
  fc.assert(
    fc.property(text, (written) => {
      const [address = ''] = written.split('/');
      if (parseNetwork(written) !== null) expect(isIP(address)).not.toBe(0);
    }),
    { numRuns: 2_000 },
  );
});
