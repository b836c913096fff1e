import { createNetworkSet, type NetworkSet, parseNetwork } from './ip-network.ts';

/**
 * The lists that `inList` names. Looking up costs the same with 10 entries and with 100,000. What is in them does not change
 * while a matcher has them: answers are remembered.
 */
export interface Lists {
  has(list: string, value: string): boolean;
  /** As `has`, without regard to case; left out, `ignoreCase:inList` is refused at load. */
  hasIgnoringCase?(list: string, value: string): boolean;
  /** The lists there are, to report a wrong name at load; left out, every name is accepted. */
  names?(): readonly string[];
}

interface List {
  readonly values: ReadonlySet<string>;
  readonly folded: ReadonlySet<string>;
  readonly networks: NetworkSet;
}

/**
 * Lists held in memory, as long as they are given: whoever reads them from files bounds the files. An entry written as a network (`10.0.0.0/8`, `2001:db8::/32`) covers the addresses in it;
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
  const networks = entries.flatMap((entry) => {
    const network = entry.includes('/') ? parseNetwork(entry) : undefined;
    return network === undefined ? [] : [network];
  });
  return {
    values: new Set(entries),
    folded: new Set(entries.map((entry) => entry.toLowerCase())),
    networks: createNetworkSet(networks),
  };
}

/** For where no lists are configured. */
export const noLists: Lists = createLists({});
