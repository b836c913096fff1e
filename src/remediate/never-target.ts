import ipaddr from 'ipaddr.js';

/** What no command may hit unless configured otherwise: this host, this link, everybody. */
export const defaultNeverTarget: readonly string[] = [
  '0.0.0.0/8',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '224.0.0.0/4',
  '255.255.255.255/32',
  '::/128',
  '::1/128',
  'fe80::/10',
  'ff00::/8',
  'localhost',
];

export type Network = readonly [address: ipaddr.IPv4 | ipaddr.IPv6, prefix: number];

/** The list of what must never be hit, made ready: networks, and other values as lower-case text. */
export interface NeverTarget {
  readonly networks: readonly Network[];
  readonly values: ReadonlySet<string>;
}

/** Entries are addresses, networks in CIDR notation, or any other value (a user, a host, a domain) compared as text. */
export function neverTarget(entries: readonly string[]): NeverTarget {
  const networks: Network[] = [];
  const values = new Set<string>();
  for (const entry of entries) {
    const network = parseNetwork(entry);
    if (network === null) values.add(plain(entry));
    else networks.push(network);
  }
  return { networks, values };
}

/** The address or network, or null. Only the plain notations: no octal, no short forms, no zones. */
export function parseNetwork(text: string): Network | null {
  const [, address = '', prefixText] = /^([0-9a-fA-F.:]{2,45})(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const parsed = parseAddress(address);
  if (parsed === null) return null;
  const bits = parsed.kind() === 'ipv4' ? 32 : 128;
  const prefix = prefixText === undefined ? bits : Number(prefixText);
  return prefix <= bits ? [parsed, prefix] : null;
}

function parseAddress(text: string): ipaddr.IPv4 | ipaddr.IPv6 | null {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text);
  return text.includes(':') && ipaddr.IPv6.isValid(text) ? ipaddr.IPv6.parse(text) : null;
}

/** The entry that the value, as text or as a network, touches: two networks touch when one lies within the other. */
export function neverTargetHit(never: NeverTarget, value: string): string | null {
  if (never.values.has(plain(value))) return value;
  const network = parseNetwork(value);
  if (network === null) return null;
  const hit = never.networks.find((other) => touch(other, network) || touch(other, unmapped(network)));
  return hit === undefined ? null : `${hit[0].toString()}/${hit[1]}`;
}

function touch(a: Network, b: Network): boolean {
  if (a[0].kind() !== b[0].kind()) return false;
  const shorter = Math.min(a[1], b[1]);
  return a[0].toByteArray().every((byte, index) => {
    const bits = Math.min(8, Math.max(0, shorter - index * 8));
    const mask = (0xff << (8 - bits)) & 0xff;
    return (byte & mask) === ((b[0].toByteArray()[index] ?? 0) & mask);
  });
}

/** `::ffff:127.0.0.1` is 127.0.0.1 in disguise. */
function unmapped([address, prefix]: Network): Network {
  if (!(address instanceof ipaddr.IPv6) || !address.isIPv4MappedAddress() || prefix < 96)
    return [address, prefix];
  return [address.toIPv4Address(), prefix - 96];
}

/** A fully qualified name may end in a dot. */
const plain = (value: string): string => value.toLowerCase().replace(/\.$/, '');
