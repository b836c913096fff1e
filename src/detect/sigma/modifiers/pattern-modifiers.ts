import { fail, ok } from '../../../shared/result.ts';
import { parseNetwork } from '../../match/ip-network.ts';
import type { RegexValue } from '../sigma-value.ts';
import { plainText } from '../text-parts.ts';
import { describeKind, type ModifyValue } from './modifier.ts';

type Flag = 'ignoreCase' | 'multiline' | 'dotAll';

/** `i`, `m`, `s` and their long names: flags of the regular expression before them. */
export const regexFlag =
  (name: string, flag: Flag): ModifyValue =>
  (value) =>
    value.kind === 'regex'
      ? ok({ ...value, [flag]: true })
      : fail(`"${name}" must follow "re": it is a flag of regular expressions`);

/** A network; an address stands for itself. Bits behind the prefix must be zero, as in Python's `ip_network`. */
export const cidr: ModifyValue = (value, { applied }) => {
  if (applied.length > 0) return fail('"cidr" must be the first modifier');
  const written = value.kind === 'text' ? plainText(value.parts) : undefined;
  if (written === undefined)
    return fail(`"cidr" takes a network such as 10.0.0.0/8, not ${describeKind(value)}`);
  const network = parseNetwork(written);
  if (network === undefined)
    return fail(`"${written}" is no network; write one such as 10.0.0.0/8 or 2001:db8::/32`);
  const { address, bits } = network;
  const groups = address.version === 4 ? [address.value >>> 16, address.value & 0xffff] : address.groups;
  if (hasBitsAfter(groups, bits)) return fail(`"${written}" has bits set behind its prefix`);
  return ok({ kind: 'network', network: written });
};

function hasBitsAfter(groups: readonly number[], bits: number): boolean {
  return groups.some((group, index) => {
    const kept = Math.min(16, Math.max(0, bits - index * 16));
    return (group & (0xffff >> kept)) !== 0;
  });
}

/** The regular expression as RE2 takes it, its flags before it. */
export function regexSource({ pattern, multiline, dotAll }: RegexValue): string {
  const flags = `${multiline ? 'm' : ''}${dotAll ? 's' : ''}`;
  return flags === '' ? pattern : `(?${flags})${pattern}`;
}
