import type { Steps } from '../../../shared/steps.ts';

/** Sequences that share their beginnings, as a tree: nodes by number, breadth first, node 0 the root. */
export interface NeedleTrie {
  /** How many characters lead to a node. */
  readonly depth: readonly number[];
  /** The last of them. */
  readonly kind: readonly number[];
  /** Its children, from the first to before the last. */
  readonly firstChild: readonly number[];
  readonly lastChild: readonly number[];
  /** The sequences that are decided at a node: those that end there, or of which the rest is still to be compared. */
  readonly first: readonly number[];
  readonly last: readonly number[];
}

interface GrowingTrie {
  readonly depth: number[];
  readonly kind: number[];
  readonly firstChild: number[];
  readonly lastChild: number[];
  readonly first: number[];
  readonly last: number[];
}

/**
 * A sequence that no other shares after so many characters has no nodes of its own from there on: its rest is compared.
 * Most characters of thousands of needles are in such ends, the digits of hashes above all. Less than this brings many
 * comparisons in vain (with 3 a scan takes a fifth longer), more brings memory (with 12 half as much again).
 */
const sharedDepth = 8;

/** Nodes at a step. */
export const nodesAtOnce = 512;

/** The sequences must be sorted, and none there twice. */
export function* growTrie(sequences: readonly string[]): Steps<NeedleTrie> {
  const trie: GrowingTrie = {
    depth: [0],
    kind: [0],
    first: [0],
    last: [sequences.length],
    firstChild: [],
    lastChild: [],
  };
  for (let node = 0; node < trie.depth.length; node += 1) {
    growNode(trie, node, sequences);
    if (node % nodesAtOnce === 0) yield;
  }
  return trie;
}

/** Gives a node its children, and leaves it the sequences that go no farther. */
function growNode(trie: GrowingTrie, node: number, sequences: readonly string[]): void {
  const depth = trie.depth[node] ?? 0;
  const last = trie.last[node] ?? 0;
  let at = trie.first[node] ?? 0;
  trie.firstChild.push(trie.depth.length);
  const isEnd = last - at === 1 && (depth >= sharedDepth || sequences[at]?.length === depth);
  if (!isEnd) {
    while (at < last && sequences[at]?.length === depth) at += 1;
    trie.last[node] = at;
    while (at < last) at = addChild(trie, { at, last, depth }, sequences);
  }
  trie.lastChild.push(trie.depth.length);
}

/** Adds the child for the sequences that go on as the one at `at` does; gives the place behind them. */
function addChild(
  trie: GrowingTrie,
  { at, last, depth }: { at: number; last: number; depth: number },
  sequences: readonly string[],
): number {
  const kind = sequences[at]?.charCodeAt(depth) ?? 0;
  let next = at + 1;
  while (next < last && sequences[next]?.charCodeAt(depth) === kind) next += 1;
  trie.depth.push(depth + 1);
  trie.kind.push(kind);
  trie.first.push(at);
  trie.last.push(next);
  return next;
}
