import { createNetworkSet, type NetworkSet, parseNetwork } from './ip-network.ts';
import type { OperatorFault, OperatorKind, OperatorUse, OwnOperator } from './operator-kind.ts';

/**
 * `cidr`: the fact is an address inside the network, or inside one of an array of networks. Networks are parsed at
 * load and kept for the life of the rules.
 */
export function createNetworkOperators(): OperatorKind {
  const single = new Map<string, NetworkSet>();
  const several = new WeakMap<object, NetworkSet>();
  const cidr: OwnOperator = (factValue, value) => {
    if (typeof factValue !== 'string') return false;
    const set = typeof value === 'string' ? single.get(value) : several.get(Object(value));
    return set?.has(factValue) ?? false;
  };
  const prepare = ({ value }: OperatorUse): OperatorFault | undefined => {
    const texts: readonly unknown[] = Array.isArray(value) ? value : [value];
    const networks = [];
    for (const text of texts) {
      const network = typeof text === 'string' ? parseNetwork(text) : undefined;
      if (network === undefined)
        return { message: `"${String(text)}" is no network`, hint: 'write 10.0.0.0/8 or 2001:db8::/32' };
      networks.push(network);
      single.set(String(text), createNetworkSet([network]));
    }
    if (Array.isArray(value)) several.set(value, createNetworkSet(networks));
    return undefined;
  };
  return { operators: { cidr, 'cidr ignoring case': cidr }, takesFixedValue: true, prepare };
}
