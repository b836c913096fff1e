import type { AtomTree as Claim } from '../../match/columns/atom-tree.ts';
import type { AtomKind, Requirement } from './requirement.ts';

/** Where atoms look, and how; they differ in their texts alone, which are compared folded. */
export type AtomPlace =
  /** One of the paths holds a value with the text in it; present: something other than null, an empty array too. */
  | { readonly kind: AtomKind | 'present'; readonly paths: readonly string[] }
  /** Any value of the event, at any depth, has the text in it. */
  | { readonly kind: 'keyword'; readonly at: AtomKind };

/**
 * All that an index over some items is made from, as plain data: it takes longer to work out than to read. Atoms and items
 * are known by their numbers.
 */
export interface IndexPlan {
  readonly places: readonly AtomPlace[];
  /** By atom. */
  readonly placeOf: Int32Array;
  /** By atom; empty where there is none. */
  readonly texts: readonly string[];
  /** For each item its requirement and behind it its claim, in the words of `codeOf`. */
  readonly code: Int32Array;
  /** By item: where its requirement begins in `code`; one more: where the last claim ends. */
  readonly starts: Int32Array;
  /** For each item the atoms of which an event must have one. */
  readonly clauses: Int32Array;
  /** By item: where its atoms begin in `clauses`; one more: where the last end. */
  readonly clauseStarts: Int32Array;
  /** The items of which nothing is necessary, and why. */
  readonly always: readonly (readonly [item: number, reason: string])[];
}

/** A tree is a number for its root, which says how many trees follow as its children, or which atom it is. */
export const kinds = { atom: 0, not: 1, and: 2, or: 3, unknown: 4 } as const;
const kindBits = 3;
export const kindMask = (1 << kindBits) - 1;

/** Appends a tree to `code`. */
export function encode(tree: Requirement | Claim, code: number[]): void {
  if (typeof tree === 'number') code.push(tree << kindBits);
  else if (tree.kind === 'none' || tree.kind === 'unknown') code.push(kinds.unknown);
  else if (tree.kind === 'atom' || tree.kind === 'not') code.push((tree.atom << kindBits) | kinds[tree.kind]);
  else {
    code.push((tree.children.length << kindBits) | kinds[tree.kind]);
    for (const child of tree.children) encode(child, code);
  }
}

/** Calls `found` with the place of each atom in the tree that begins at `from`; gives the place behind the tree. */
export function eachAtom(code: Int32Array, from: number, found: (at: number) => void): number {
  let at = from;
  for (let left = 1; left > 0; left -= 1, at += 1) {
    const kind = (code[at] ?? 0) & kindMask;
    if (kind === kinds.and || kind === kinds.or) left += operandOf(code[at] ?? 0);
    else if (kind !== kinds.unknown) found(at);
  }
  return at;
}

/** The number of children, or which atom it is. */
export const operandOf = (word: number): number => word >> kindBits;

export const withAtom = (word: number, atom: number): number => (atom << kindBits) | (word & kindMask);
