import { createNetworkSet, type NetworkSet, parseNetwork } from './ip-network.ts';

/** The lists that `inList` names. Looking up costs the same with 10 entries and with 100,000. */
export interface Lists {
  has(list: string, value: string): boolean;
  /** As `has`, without regard to case; left out, `ignoreCase:inList` is refused at load. */
  hasIgnoringCase?(list: string, value: string): boolean;
  /** The lists there are, to report a wrong name at load; left out, every name is accepted. */
  names?(): readonly string[];
}

/** Entries beyond this many are left out: whoever reads a list file checks it against this first and says so. */
export const listEntriesMax = 1_000_000;

interface List {
  readonly values: ReadonlySet<string>;
  readonly folded: ReadonlySet<string>;
  readonly networks: NetworkSet;
}

/**
 * Lists held in memory. An entry written as a network (`10.0.0.0/8`, `2001:db8::/32`) covers the addresses in it;
 * every other entry is compared exactly, as text.
 */
export function createLists(entries: Readonly<Record<string, readonly string[]>>): Lists {
  const lists = new Map(Object.entries(entries).map(([name, values]) => [name, createList(values)]));
  return {
    has: (name, value) => {
      const list = lists.get(name);
      return list !== undefined && (list.values.has(value) || list.networks.has(value));
    },
    hasIgnoringCase: (name, value) => {
      const list = lists.get(name);
      return list !== undefined && (list.folded.has(value.toLowerCase()) || list.networks.has(value));
    },
    names: () => [...lists.keys()],
  };
}

function createList(entries: readonly string[]): List {
  const kept = entries.slice(0, listEntriesMax);
  const networks = kept.flatMap((entry) => {
    const network = entry.includes('/') ? parseNetwork(entry) : undefined;
    return network === undefined ? [] : [network];
  });
  return {
    values: new Set(kept),
    folded: new Set(kept.map((entry) => entry.toLowerCase())),
    networks: createNetworkSet(networks),
  };
}

/** For where no lists are configured. */
export const noLists: Lists = createLists({});
