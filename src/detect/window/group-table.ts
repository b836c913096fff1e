import type { TextView } from './byte-reader.ts';
import { KeyTable } from './key-table.ts';
import { lookedAt } from './looked-at.ts';
import { type MatchSlab, nil, type SlabMatch } from './match-slab.ts';
import { SettledStates } from './settled-states.ts';
import type { WindowKind } from './window-kind.ts';

/** The state ahead as it was behind a match of the tail, by the slab's number of the match. */
export interface Checkpoint {
  readonly id: number;
  readonly state: unknown;
}

/** A match of the tail by which others are found (`TailLandmarks`): the slab's number of it, and its time. */
export interface Landmark {
  readonly id: number;
  readonly timeMs: number;
}

/** From a time on, up to a match, no match of the tail may fire (`QuietTails`). */
interface QuietStretch {
  readonly fromMs: number;
  readonly last: Landmark;
}

/**
 * A group is a row of 32 bytes: the ends of its tail and its length, the firings within it, the group's place in the batch, its
 * room, and, as a double over the last two integers, when it is due.
 */
const row = { size: 8, first: 0, last: 1, length: 2, firings: 3, touched: 4, room: 5 };
/** Matches of a tail stand together in the slab from so many on. */
const longTail = 16;
/** In place of a group's room: to be found out. */
export const unknownRoom = -1;
const roomMax = 2 ** 31 - 1;
const farGroups = 2 ** 14;
/** The room where less than this may come. */
export const roomBelow = (weight: number): number => Math.max(0, Math.ceil(weight) - 1);
const dueOf = (id: number): number => 4 * id + 3;

/**
 * The live groups of one rule, as rows by the group's number. Each has `settled` (the fold up to the watermark),
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
  /** Groups whose tails were folded again in part: what states along them noted for `stepLate` no longer holds. */
  readonly patched = new Set<number>();
  readonly landmarks = new Map<number, Landmark[]>();
  readonly quiet = new Map<number, QuietStretch>();
  /** Time of the first match of any group, also of those that are gone; Infinity before it. */
  ruleFirstMs = Number.POSITIVE_INFINITY;
  /** Matches in all tails. */
  tailMatches = 0;
  /** The key that was asked for last, and its group: bursts are of one group. */
  #newestKey: string | undefined;
  #newest = nil;
  #rows = new Int32Array(0);
  #dues = new Float64Array(0);

  constructor(ruleId: string, slab: MatchSlab, kind: WindowKind<unknown>) {
    this.keys = new KeyTable(ruleId);
    this.slab = slab;
    this.settled = new SettledStates(kind);
    this.#resize(16);
  }

  /** The group of this key, made where there is none. */
  of(key: string): number {
    if (key === this.#newestKey) return this.#newest;
    const known = this.keys.find(key);
    this.#newest = known === -1 ? this.#begin(this.keys.add(key)) : known;
    this.#newestKey = key;
    return this.#newest;
  }

  /** So many groups that they are farther away than the caches of a processor. */
  get isFar(): boolean {
    return this.keys.size > farGroups;
  }

  /** Finds the groups of many keys, -1 for those that have none, and looks at each, so that they are near when they are asked for. */
  findAll(keys: readonly string[], groups: Int32Array): void {
    this.keys.findAll(keys, groups);
    const rows = this.#rows;
    let seen = 0;
    for (let at = 0; at < keys.length; at += 1) {
      const group = groups[at] as number;
      if (group !== nil) seen ^= rows[group * row.size + row.last] as number;
    }
    lookedAt(seen);
  }

  /** Where all are far away: looks at the first so many of these groups and the heads of their tails, so that they are near when they settle. */
  lookAt(groups: Int32Array, count: number): void {
    if (!this.isFar) return;
    const rows = this.#rows;
    let seen = 0;
    for (let at = 0; at < count; at += 1)
      seen ^= rows[(groups[at] as number) * row.size + row.length] as number;
    for (let at = 0; at < count; at += 1) {
      const first = rows[(groups[at] as number) * row.size + row.first] as number;
      if (first !== nil) seen ^= this.slab.nextOf(first);
    }
    lookedAt(seen);
    this.settled.lookAt(groups, count);
  }

  /** `of` a key that was read, with its hash. */
  ofView(view: TextView, hash: number): number {
    const known = this.keys.findView(view, hash);
    return known === -1 ? this.#begin(this.keys.addView(view, hash)) : known;
  }

  #begin(id: number): number {
    if (dueOf(id) >= this.#dues.length) this.#resize(2 * id);
    this.settled.reserve(id);
    const at = id * row.size;
    this.#rows[at + row.first] = nil;
    this.#rows[at + row.last] = nil;
    this.#rows[at + row.length] = 0;
    this.#rows[at + row.firings] = 0;
    this.#rows[at + row.touched] = 0;
    this.#rows[at + row.room] = unknownRoom;
    this.#dues[dueOf(id)] = Number.POSITIVE_INFINITY;
    return id;
  }

  /** Makes room for so many groups. */
  reserve(count: number): void {
    this.keys.reserve(count);
    let groups = this.#dues.length / 4;
    while (groups < count) groups *= 2;
    if (groups > this.#dues.length / 4) this.#resize(groups);
    if (count > 0) this.settled.reserve(count - 1);
  }

  remove(id: number): void {
    this.clearTail(id);
    this.settled.put(id, undefined);
    this.ahead.delete(id);
    // No entry of the queue is due then: what waits there for this group is stale.
    this.setQueued(id, Number.NEGATIVE_INFINITY);
    this.touch(id, 0);
    if (id === this.#newest) this.#newestKey = undefined;
    this.keys.remove(id);
  }

  /** Takes out the group of this key, where there is one. */
  removeKey(key: string): void {
    const id = this.keys.find(key);
    if (id !== -1) this.remove(id);
  }

  *ids(): Iterable<number> {
    for (let id = 0; id < this.keys.end; id += 1) if (this.keys.has(id)) yield id;
  }

  /** Nothing is left of how the tail was folded ahead. */
  foldAnew(id: number): void {
    this.ahead.delete(id);
    this.checkpoints.delete(id);
    this.patched.delete(id);
  }

  /** Whether anything is left of how the tail was folded ahead. Nearly always nothing is, of any tail. */
  isNoted(id: number): boolean {
    return (
      (this.ahead.size > 0 && this.ahead.has(id)) ||
      (this.checkpoints.size > 0 && this.checkpoints.has(id)) ||
      (this.patched.size > 0 && this.patched.has(id))
    );
  }

  isEmpty(id: number): boolean {
    return !this.settled.has(id) && this.sizeOf(id) === 0;
  }

  sizeOf(id: number): number {
    return this.#rows[id * row.size + row.length] as number;
  }

  firstOf(id: number): number {
    return this.#rows[id * row.size + row.first] as number;
  }

  lastOf(id: number): number {
    return this.#rows[id * row.size + row.last] as number;
  }

  /** Firings within the tail, those of deadlines before its matches included; -1: not known since a restart. */
  firingsOf(id: number): number {
    return this.#rows[id * row.size + row.firings] as number;
  }

  setFirings(id: number, count: number): void {
    this.#rows[id * row.size + row.firings] = count;
  }

  /** So much weight may come yet before a match may fire; nothing is folded ahead as long as there is room. */
  roomOf(id: number): number {
    return this.#rows[id * row.size + row.room] as number;
  }

  setRoom(id: number, room: number): void {
    this.#rows[id * row.size + row.room] = Math.floor(Math.min(room, roomMax));
  }

  /** The place among the groups that the present batch touched, from 1; 0 for the others. */
  touchedOf(id: number): number {
    return this.#rows[id * row.size + row.touched] as number;
  }

  touch(id: number, place: number): void {
    this.#rows[id * row.size + row.touched] = place;
  }

  /** When the group's entry in the queue is due; Infinity where it has none. */
  queuedOf(id: number): number {
    return this.#dues[dueOf(id)] as number;
  }

  setQueued(id: number, dueMs: number): void {
    this.#dues[dueOf(id)] = dueMs;
  }

  /** Puts a match into the tail, behind `after`, or first where that is nil. Returns its number in the slab. */
  insert(id: number, match: SlabMatch, after: number): number {
    const length = this.sizeOf(id);
    const added = this.slab.add(match, length < longTail ? nil : this.lastOf(id));
    const next = after === nil ? this.firstOf(id) : this.slab.nextOf(after);
    this.slab.link(after, added);
    this.slab.link(added, next);
    const at = id * row.size;
    if (after === nil) this.#rows[at + row.first] = added;
    if (next === nil) this.#rows[at + row.last] = added;
    this.#rows[at + row.length] = length + 1;
    this.tailMatches += 1;
    return added;
  }

  dropFirst(id: number): void {
    this.#dropTo(id, this.slab.nextOf(this.firstOf(id)));
  }

  /** Takes the matches up to and with this one out of the tail. */
  dropUntil(id: number, match: number): void {
    this.#dropTo(id, this.slab.nextOf(match));
  }

  /** From now on the tail begins with this match; it is empty where that is nil. */
  #dropTo(id: number, first: number): void {
    const at = id * row.size;
    let dropped = 0;
    for (let match = this.firstOf(id); match !== first; dropped += 1) {
      const next = this.slab.nextOf(match);
      this.slab.release(match);
      match = next;
    }
    this.#rows[at + row.first] = first;
    if (first === nil) this.#rows[at + row.last] = nil;
    else this.slab.link(nil, first);
    this.#rows[at + row.length] = this.sizeOf(id) - dropped;
    this.tailMatches -= dropped;
  }

  clearTail(id: number): void {
    // Nearly always nothing is noted of any tail, and looking for it in four places costs more than the tail.
    if (this.checkpoints.size > 0) this.checkpoints.delete(id);
    if (this.patched.size > 0) this.patched.delete(id);
    if (this.landmarks.size > 0) this.landmarks.delete(id);
    if (this.quiet.size > 0) this.quiet.delete(id);
    this.#dropTo(id, nil);
  }

  #resize(groups: number): void {
    const buffer = new ArrayBuffer(groups * row.size * 4);
    const larger = new Int32Array(buffer);
    larger.set(this.#rows);
    this.#rows = larger;
    this.#dues = new Float64Array(buffer);
  }
}
