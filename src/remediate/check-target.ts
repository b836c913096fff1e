import ipaddr from 'ipaddr.js';
import { fail, ok, type Result } from '../shared/result.ts';
import type { Fault } from './fill-target.ts';
import { type NeverTarget, neverTargetHit, parseNetwork } from './never-target.ts';
import type { OpenC2Target } from './open-c2.ts';

export interface TargetLimits {
  readonly never: NeverTarget;
  /** The shortest prefixes a command may name: 24 means 256 addresses at most. */
  readonly widestIpv4Prefix: number;
  readonly widestIpv6Prefix: number;
}

const host =
  /^(?=.{1,253}\.?$)[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?)*\.?$/i;
const mail = /^[^\s@<>"]{1,64}@[^\s@<>"]{1,253}$/;
const hash = (length: number) => new RegExp(`^[0-9a-f]{${length}}$`, 'i');

/** Targets that are one text, by what it must look like (OpenC2 v1.0, 3.3.1.2). */
const textTargets: Readonly<Record<string, RegExp>> = {
  domain_name: host,
  idn_domain_name: /^[^\s<>"]{1,253}$/,
  email_addr: mail,
  idn_email_addr: mail,
  mac_addr: /^(?:[0-9a-f]{2}[:-]){5}(?:[0-9a-f]{2}|(?:[0-9a-f]{2}[:-]){2}[0-9a-f]{2})$/i,
  uri: /^[a-z][a-z0-9+.-]*:[!-~]+$/i,
  iri: /^[a-z][a-z0-9+.-]*:\S+$/i,
  command: /^\S{1,36}$/,
};

type MemberCheck = (value: unknown) => boolean;
const text: MemberCheck = (value) => typeof value === 'string' && value !== '';
const port: MemberCheck = (value) => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 65_535;
const pid: MemberCheck = (value) => Number.isInteger(value) && Number(value) > 0;
const protocol: MemberCheck = (value) => ['icmp', 'tcp', 'udp', 'sctp'].includes(String(value));
const network =
  (kind: 'ipv4' | 'ipv6'): MemberCheck =>
  (value) =>
    typeof value === 'string' && parseNetwork(value)?.[0].kind() === kind;
const named =
  (members: Readonly<Record<string, MemberCheck>>): MemberCheck =>
  (value) =>
    isObject(value) &&
    Object.keys(value).length > 0 &&
    Object.entries(value).every(
      ([name, inner]) => Object.hasOwn(members, name) && members[name]?.(inner) === true,
    );

const hashes = named({
  md5: (value) => text(value) && hash(32).test(String(value)),
  sha1: (value) => text(value) && hash(40).test(String(value)),
  sha256: (value) => text(value) && hash(64).test(String(value)),
});
const file = named({ name: text, path: text, hashes });
const connection = (kind: 'ipv4' | 'ipv6'): MemberCheck =>
  named({ src_addr: network(kind), src_port: port, dst_addr: network(kind), dst_port: port, protocol });

/** Targets that are objects, by their members. */
const objectTargets: Readonly<Record<string, MemberCheck>> = {
  device: named({
    hostname: (value) => text(value) && host.test(String(value)),
    idn_hostname: text,
    device_id: text,
  }),
  file,
  process: named({ pid, name: text, cwd: text, executable: file, command_line: text }),
  artifact: named({ mime_type: text, hashes }),
  ipv4_connection: connection('ipv4'),
  ipv6_connection: connection('ipv6'),
  features: (value) => Array.isArray(value) && value.length <= 10 && value.every(text),
  properties: (value) => Array.isArray(value) && value.length > 0 && value.every(text),
};

/** The kinds of target that can be checked, and hit: OpenC2's. */
export const targetKinds: readonly string[] = [
  'ipv4_net',
  'ipv6_net',
  ...Object.keys(textTargets),
  ...Object.keys(objectTargets),
];

/** Whether there is such a kind of target: one of OpenC2's, or an extension such as `x-acme:account`. */
export const isTargetKind = (kind: string): boolean => targetKinds.includes(kind) || extension.test(kind);

const extension = /^x-[a-z0-9-]{1,32}:[a-z0-9_-]{1,64}$/i;

/**
 * A filled target, checked to be one valid OpenC2 target that may be hit, in its plain form: networks as their first
 * address and prefix, a single address without prefix (OpenC2's schema refuses `/32`).
 */
export function checkTarget(
  target: Readonly<Record<string, unknown>>,
  limits: TargetLimits,
): Result<OpenC2Target, Fault> {
  const [[kind, value] = ['', undefined], ...more] = Object.entries(target);
  if (kind === '' || more.length > 0) return invalid('a target has exactly one member');
  const hit = leaves(value).flatMap((leaf) => neverTargetHit(limits.never, leaf) ?? [])[0];
  if (hit !== undefined) return fail({ reason: 'never-target', detail: `${kind} touches ${hit}` });
  if (kind === 'ipv4_net' || kind === 'ipv6_net') return checkNetwork(kind, value, limits);
  return isValid(kind, value) ? ok({ [kind]: value }) : invalid(`not a valid ${kind.slice(0, 100)}`);
}

function isValid(kind: string, value: unknown): boolean {
  const pattern = Object.hasOwn(textTargets, kind) ? textTargets[kind] : undefined;
  if (pattern !== undefined) return typeof value === 'string' && pattern.test(value);
  const check = Object.hasOwn(objectTargets, kind) ? objectTargets[kind] : undefined;
  if (check !== undefined) return check(value);
  return extension.test(kind) && value !== null && value !== undefined && value !== '';
}

function checkNetwork(
  kind: 'ipv4_net' | 'ipv6_net',
  value: unknown,
  limits: TargetLimits,
): Result<OpenC2Target, Fault> {
  const parsed = typeof value === 'string' ? parseNetwork(value) : null;
  const [address, prefix] = parsed ?? [];
  const isFamily = address?.kind() === (kind === 'ipv4_net' ? 'ipv4' : 'ipv6');
  if (address === undefined || prefix === undefined || !isFamily) return invalid(`not a valid ${kind}`);
  const bits = kind === 'ipv4_net' ? 32 : 128;
  const widest = kind === 'ipv4_net' ? limits.widestIpv4Prefix : limits.widestIpv6Prefix;
  if (prefix < widest)
    return fail({ reason: 'target-too-wide', detail: `/${prefix} is wider than /${widest}` });
  return ok({ [kind]: prefix === bits ? address.toString() : `${firstAddress(address, prefix)}/${prefix}` });
}

/** The network's first address, in the shortest notation. */
function firstAddress(address: NonNullable<ReturnType<typeof parseNetwork>>[0], prefix: number): string {
  const bytes = address.toByteArray().map((byte, index) => {
    const bits = Math.min(8, Math.max(0, prefix - index * 8));
    return byte & (0xff << (8 - bits)) & 0xff;
  });
  return ipaddr.fromByteArray(bytes).toString();
}

const invalid = (detail: string) => fail<Fault>({ reason: 'target-invalid', detail });

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** All texts within a target. */
function leaves(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(leaves);
}
