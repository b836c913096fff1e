/** An address: four bytes as one number, or IPv6 as eight groups of 16 bits. */
export type IpAddress =
  | { readonly version: 4; readonly value: number }
  | { readonly version: 6; readonly groups: readonly number[] };

/** An address and how many leading bits of it count. */
export interface IpNetwork {
  readonly address: IpAddress;
  readonly bits: number;
}

/** Many networks, asked at once: the cost is that of the prefix lengths in use (33 and 129 at most), not of the entries. */
export interface NetworkSet {
  has(text: string): boolean;
}

const octet = /^(?:0|[1-9]\d{0,2})$/;
const hextet = /^[0-9a-f]{1,4}$/i;

/**
 * An address in dotted decimal or in IPv6's text form (RFC 4291); undefined for anything else, also for octal or
 * shortened IPv4, which programs read differently. An IPv4-mapped address (`::ffff:192.0.2.1`) is the IPv4 address.
 */
export function parseAddress(text: string): IpAddress | undefined {
  // The longest text form is 45 characters, and a zone (`%eth0`) follows link-local addresses only.
  if (text.length < 2 || text.length > 64) return undefined;
  if (!text.includes(':')) {
    const value = parseV4(text);
    return value === undefined ? undefined : { version: 4, value };
  }
  const zone = text.indexOf('%');
  return parseV6(zone === -1 ? text : text.slice(0, zone));
}

function parseV4(text: string): number | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  let value = 0;
  for (const part of parts) {
    if (!octet.test(part) || Number(part) > 255) return undefined;
    value = value * 256 + Number(part);
  }
  return value;
}

function parseV6(text: string): IpAddress | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const head = parseGroups(halves[0] ?? '', halves.length === 1);
  const tail = halves.length === 2 ? parseGroups(halves[1] ?? '', true) : [];
  if (head === undefined || tail === undefined) return undefined;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  return unmap([...head, ...new Array<number>(missing).fill(0), ...tail]);
}

/** Groups between colons; the last may be an IPv4 address where `mayEndInV4`. */
function parseGroups(text: string, mayEndInV4: boolean): number[] | undefined {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    if (hextet.test(part)) groups.push(Number.parseInt(part, 16));
    else {
      const value = mayEndInV4 && index === parts.length - 1 ? parseV4(part) : undefined;
      if (value === undefined) return undefined;
      groups.push(Math.floor(value / 65_536), value % 65_536);
    }
  }
  return groups;
}

function unmap(groups: readonly number[]): IpAddress {
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (!isMapped) return { version: 6, groups };
  return { version: 4, value: (groups[6] ?? 0) * 65_536 + (groups[7] ?? 0) };
}

/** `10.0.0.0/8`, `2001:db8::/32`, or a single address; undefined for anything else. Bits after the prefix are ignored. */
export function parseNetwork(text: string): IpNetwork | undefined {
  const slash = text.indexOf('/');
  const address = parseAddress(slash === -1 ? text : text.slice(0, slash));
  if (address === undefined) return undefined;
  const most = address.version === 4 ? 32 : 128;
  if (slash === -1) return { address, bits: most };
  const written = text.slice(slash + 1);
  if (!/^\d{1,3}$/.test(written)) return undefined;
  // A mapped network counts its bits from the start of the IPv6 form.
  const bits = address.version === 4 && text.includes(':') ? Number(written) - 96 : Number(written);
  return bits < 0 || bits > most ? undefined : { address, bits };
}

/** Bounded by its entries: one number or short string each. */
export function createNetworkSet(networks: readonly IpNetwork[]): NetworkSet {
  const v4 = new Map<number, Set<number>>();
  const v6 = new Map<number, Set<string>>();
  for (const { address, bits } of networks) {
    if (address.version === 4) membersOf(v4, bits).add(maskV4(address.value, bits));
    else membersOf(v6, bits).add(maskV6(address.groups, bits));
  }
  if (v4.size === 0 && v6.size === 0) return { has: () => false };
  return {
    has: (text) => {
      const address = parseAddress(text);
      if (address === undefined) return false;
      return address.version === 4 ? hasV4(v4, address.value) : hasV6(v6, address.groups);
    },
  };
}

function hasV4(byBits: ReadonlyMap<number, ReadonlySet<number>>, value: number): boolean {
  for (const [bits, members] of byBits) if (members.has(maskV4(value, bits))) return true;
  return false;
}

function hasV6(byBits: ReadonlyMap<number, ReadonlySet<string>>, groups: readonly number[]): boolean {
  for (const [bits, members] of byBits) if (members.has(maskV6(groups, bits))) return true;
  return false;
}

function membersOf<T>(byBits: Map<number, Set<T>>, bits: number): Set<T> {
  const members = byBits.get(bits) ?? new Set<T>();
  byBits.set(bits, members);
  return members;
}

/** The bits that count, as a number (division, because JavaScript shifts are modulo 32). */
export const maskV4 = (value: number, bits: number): number => Math.floor(value / 2 ** (32 - bits));

/** The same of an IPv6 address, as text. */
export function maskV6(groups: readonly number[], bits: number): string {
  const whole = groups.slice(0, bits >> 4);
  const rest = bits & 15;
  if (rest > 0) whole.push((groups[bits >> 4] ?? 0) >> (16 - rest));
  return whole.join(':');
}
