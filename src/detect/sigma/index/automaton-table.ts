import type { Steps } from '../../../shared/steps.ts';
import { type NeedleTrie, nodesAtOnce } from './needle-trie.ts';

/** The states of an automaton. Nodes without children have no row: there it goes on where their longest end does. */
export interface AutomatonTable {
  /** By a row and a class: the next row, or, where needles are found, the negative number of the node. */
  readonly steps: Int32Array;
  /** By node: the place of its row, or of the row where it goes on. */
  readonly rows: Int32Array;
  /** By node: the nearest one, itself or an end of it, at which needles are found; 0 where there is none. */
  readonly hit: Int32Array;
  /** By node: the next such node after this one. */
  readonly more: Int32Array;
  /** By node: the needles found there, from the first to before the last, so far as the depth goes. */
  readonly first: Int32Array;
  readonly last: Int32Array;
  readonly depth: Int32Array;
}

interface Linking {
  readonly trie: NeedleTrie;
  readonly table: AutomatonTable;
  readonly width: number;
  /** By row: the node it belongs to. */
  readonly nodes: readonly number[];
  /** By node: its longest proper end that is a node. */
  readonly fails: Int32Array;
}

/** Makes the table of a trie over so many classes, breadth first: what a row does not say, that of its end says. */
export function* linkTrie(trie: NeedleTrie, width: number): Steps<AutomatonTable> {
  const nodes = trie.depth.flatMap((_, node) => (hasRow(trie, node) ? [node] : []));
  const table = emptyTable(trie, nodes.length * width);
  for (const [index, node] of nodes.entries()) table.rows[node] = index * width;
  const linking: Linking = { trie, table, width, nodes, fails: new Int32Array(trie.depth.length) };
  for (const [index, node] of nodes.entries()) {
    linkNode(node, linking);
    if (index % nodesAtOnce === 0) yield;
  }
  return table;
}

const hasRow = ({ firstChild, lastChild }: NeedleTrie, node: number): boolean =>
  node === 0 || firstChild[node] !== lastChild[node];

function linkNode(node: number, linking: Linking): void {
  const { trie, table, width, fails } = linking;
  const { steps, rows } = table;
  const row = rows[node] ?? 0;
  const onward = rows[fails[node] ?? 0] ?? 0;
  if (node !== 0) steps.copyWithin(row, onward, onward + width);
  const last = trie.lastChild[node] ?? 0;
  for (let child = trie.firstChild[node] ?? 0; child < last; child += 1) {
    const place = row + (trie.kind[child] ?? 0);
    const step = node === 0 ? 0 : (steps[place] ?? 0);
    steps[place] = linkChild(child, step, linking);
  }
}

/** `step`: where the end of its parent goes with the same character, which is the child's own end. Gives the step to it. */
function linkChild(child: number, step: number, { trie, table, width, nodes, fails }: Linking): number {
  const { rows, hit, more } = table;
  const fail = step < 0 ? -step : (nodes[step / width] ?? 0);
  const next = hit[fail] ?? 0;
  fails[child] = fail;
  more[child] = next;
  hit[child] = trie.first[child] === trie.last[child] ? next : child;
  if (!hasRow(trie, child)) rows[child] = rows[fail] ?? 0;
  return hit[child] === 0 ? (rows[child] ?? 0) : -child;
}

const emptyTable = ({ depth, first, last }: NeedleTrie, cells: number): AutomatonTable => ({
  steps: new Int32Array(cells),
  rows: new Int32Array(depth.length),
  hit: new Int32Array(depth.length),
  more: new Int32Array(depth.length),
  first: Int32Array.from(first),
  last: Int32Array.from(last),
  depth: Int32Array.from(depth),
});
