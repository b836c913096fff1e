import { grow } from './grow.ts';
import { KeyTable } from './key-table.ts';
import { type MatchSlab, nil, type SlabMatch } from './match-slab.ts';
import { SettledStates } from './settled-states.ts';
import type { WindowKind } from './window-kind.ts';

/** The state ahead as it was behind a match of the tail, by the slab's number of the match. */
export interface Checkpoint {
  readonly id: number;
  readonly state: unknown;
}

/**
 * The live groups of one rule, as columns by the group's number. Each has `settled` (the fold up to the watermark),
 * a tail (the matches after it, a sorted list in the slab), and `ahead` (the fold of both).
 * Bound: the rule's cap on groups; an empty group is removed.
 */
export class GroupTable {
  readonly keys: KeyTable;
  readonly slab: MatchSlab;
  readonly settled: SettledStates;
  /** Missing where it has to be folded anew from `settled` and the tail. */
  readonly ahead = new Map<number, unknown>();
  /** In order, of those groups that have any (`TailCheckpoints`). */
  readonly checkpoints = new Map<number, Checkpoint[]>();
  /** Firings within the tail, those of deadlines before its matches included; -1: not known since a restart. */
  aheadFirings = new Int32Array(16);
  /** When the group's entry in the queue is due; Infinity where it has none. */
  queuedMs = new Float64Array(16);
  /** The place among the groups that the present batch touched, from 1; 0 for the others. */
  touched = new Int32Array(16);
  /** Time of the first match of any group, also of those that are gone; Infinity before it. */
  ruleFirstMs = Number.POSITIVE_INFINITY;
  /** Matches in all tails. */
  tailMatches = 0;
  #first = new Int32Array(16);
  #last = new Int32Array(16);
  #sizes = new Int32Array(16);

  constructor(ruleId: string, slab: MatchSlab, kind: WindowKind<unknown>) {
    this.keys = new KeyTable(ruleId);
    this.slab = slab;
    this.settled = new SettledStates(kind);
  }

  /** The group of this key, made where there is none. */
  of(key: string): number {
    const known = this.keys.find(key);
    if (known !== -1) return known;
    const id = this.keys.add(key);
    if (id >= this.#first.length) this.#grow(id + 1);
    this.settled.reserve(id);
    this.aheadFirings[id] = 0;
    this.queuedMs[id] = Number.POSITIVE_INFINITY;
    this.#first[id] = nil;
    this.#last[id] = nil;
    return id;
  }

  remove(id: number): void {
    this.clearTail(id);
    this.settled.put(id, undefined);
    this.ahead.delete(id);
    // No entry of the queue is due then: what waits there for this group is stale.
    this.queuedMs[id] = Number.NEGATIVE_INFINITY;
    this.touched[id] = 0;
    this.keys.remove(id);
  }

  /** Takes out the group of this key, where there is one. */
  removeKey(key: string): void {
    const id = this.keys.find(key);
    if (id !== -1) this.remove(id);
  }

  *ids(): Iterable<number> {
    for (let id = 0; id < this.keys.end; id += 1) if (this.keys.keyOf(id) !== undefined) yield id;
  }

  isEmpty(id: number): boolean {
    return !this.settled.has(id) && this.#sizes[id] === 0;
  }

  sizeOf(id: number): number {
    return this.#sizes[id] as number;
  }

  firstOf(id: number): number {
    return this.#first[id] as number;
  }

  lastOf(id: number): number {
    return this.#last[id] as number;
  }

  /** Puts a match into the tail, behind `after`, or first where that is nil. Returns its number in the slab. */
  insert(id: number, match: SlabMatch, after: number): number {
    const added = this.slab.add(match);
    const next = after === nil ? this.firstOf(id) : this.slab.nextOf(after);
    this.slab.link(after, added);
    this.slab.link(added, next);
    if (after === nil) this.#first[id] = added;
    if (next === nil) this.#last[id] = added;
    this.#sizes[id] = this.sizeOf(id) + 1;
    this.tailMatches += 1;
    return added;
  }

  dropFirst(id: number): void {
    const first = this.firstOf(id);
    const next = this.slab.nextOf(first);
    this.#first[id] = next;
    if (next === nil) this.#last[id] = nil;
    else this.slab.link(nil, next);
    this.slab.release(first);
    this.#sizes[id] = this.sizeOf(id) - 1;
    this.tailMatches -= 1;
  }

  /** Takes the matches up to and with this one out of the tail. */
  dropUntil(id: number, match: number): void {
    while (this.firstOf(id) !== match) this.dropFirst(id);
    this.dropFirst(id);
  }

  clearTail(id: number): void {
    this.checkpoints.delete(id);
    while (this.sizeOf(id) > 0) this.dropFirst(id);
  }

  #grow(size: number): void {
    this.aheadFirings = grow(this.aheadFirings, size);
    this.queuedMs = grow(this.queuedMs, size);
    this.touched = grow(this.touched, size);
    this.#first = grow(this.#first, size);
    this.#last = grow(this.#last, size);
    this.#sizes = grow(this.#sizes, size);
  }
}
