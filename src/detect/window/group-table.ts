import type { TextView } from './byte-reader.ts';
import { GroupRows, row } from './group-rows.ts';
import { KeyTable } from './key-table.ts';
import { lookedAt } from './looked-at.ts';
import { type MatchSlab, nil, type SlabMatch } from './match-slab.ts';
import { noState, SettledStates } from './settled-states.ts';
import type { Dues } from './sorted-dues.ts';
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

/** Matches of a tail stand together in the slab from so many on. */
const longTail = 16;
/** In place of a group's room: to be found out. */
export const unknownRoom = -1;
const roomMax = 2 ** 31 - 1;
const farGroups = 2 ** 14;
const touchesMax = 2 ** 30;
/** The room where less than this may come. */
export const roomBelow = (weight: number): number => Math.max(0, Math.ceil(weight) - 1);
const dueOf = (id: number): number => (id * row.size + row.due) / 2;

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
  /** Groups that the present batch touched; and those of all batches before it, counted anew after `touchesMax`. */
  touched = 0;
  #touchedBefore = 0;
  /** The key that was asked for last, and its group: bursts are of one group. */
  #newestKey: string | undefined;
  #newest = nil;
  readonly #rows = new GroupRows();
  /** Of the rows; they are others where those have grown. */
  #integers = this.#rows.integers;
  #doubles = this.#rows.doubles;

  constructor(ruleId: string, slab: MatchSlab, kind: WindowKind<unknown>) {
    this.keys = new KeyTable(ruleId, this.#rows);
    this.slab = slab;
    this.settled = new SettledStates(kind, this.#rows);
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

  /**
   * Where all are far away: looks at the groups that are due, and at what they settle, so that it is near then. Only groups that are
   * due at the time that is said are left.
   */
  lookAt(dues: Dues): void {
    if (!this.isFar) return;
    const { groups, times } = dues;
    const rows = this.#integers;
    const doubles = this.#doubles;
    let left = 0;
    for (let at = 0; at < dues.count; at += 1) {
      const group = groups[at] as number;
      groups[left] = group;
      left += doubles[dueOf(group)] === times[at] ? 1 : 0;
    }
    dues.count = left;
    let seen = 0;
    for (let at = 0; at < left; at += 1) {
      const group = groups[at] as number;
      const first = rows[group * row.size + row.first] as number;
      // Without a tail it is the last of the group, which leaves.
      seen ^= first === nil ? this.keys.touch(group) : this.slab.nextOf(first);
    }
    lookedAt(seen);
    this.settled.lookAt(groups, left);
  }

  /** `of` a key that was read, with its hash. */
  ofView(view: TextView, hash: number): number {
    const known = this.keys.findView(view, hash);
    return known === -1 ? this.#begin(this.keys.addView(view, hash)) : known;
  }

  /** Makes room for so many groups. */
  reserve(count: number): void {
    this.keys.reserve(count);
    this.#seeRows();
  }

  #seeRows(): void {
    this.#integers = this.#rows.integers;
    this.#doubles = this.#rows.doubles;
  }

  #begin(id: number): number {
    this.#seeRows();
    const rows = this.#integers;
    const at = id * row.size;
    rows[at + row.first] = nil;
    rows[at + row.last] = nil;
    rows[at + row.length] = 0;
    rows[at + row.firings] = 0;
    rows[at + row.touched] = 0;
    rows[at + row.room] = unknownRoom;
    rows[at + row.settled] = noState;
    this.#doubles[dueOf(id)] = Number.POSITIVE_INFINITY;
    return id;
  }

  remove(id: number): void {
    this.clearTail(id);
    this.settled.put(id, undefined);
    this.ahead.delete(id);
    // No entry of the queue is due then: what waits there for this group is stale.
    this.setQueued(id, Number.NEGATIVE_INFINITY);
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
    return this.#integers[id * row.size + row.length] as number;
  }

  firstOf(id: number): number {
    return this.#integers[id * row.size + row.first] as number;
  }

  lastOf(id: number): number {
    return this.#integers[id * row.size + row.last] as number;
  }

  /** Firings within the tail, those of deadlines before its matches included; -1: not known since a restart. */
  firingsOf(id: number): number {
    return this.#integers[id * row.size + row.firings] as number;
  }

  setFirings(id: number, count: number): void {
    this.#integers[id * row.size + row.firings] = count;
  }

  /** So much weight may come yet before a match may fire; nothing is folded ahead as long as there is room. */
  roomOf(id: number): number {
    return this.#integers[id * row.size + row.room] as number;
  }

  setRoom(id: number, room: number): void {
    this.#integers[id * row.size + row.room] = Math.floor(Math.min(room, roomMax));
  }

  /** The present batch touches the group; false where it had done so before. */
  touch(id: number): boolean {
    const at = id * row.size + row.touched;
    if ((this.#integers[at] as number) > this.#touchedBefore) return false;
    this.touched += 1;
    this.#integers[at] = this.#touchedBefore + this.touched;
    return true;
  }

  /** Of a group that the present batch touched: which one it was, from 0. */
  placeOf(id: number): number {
    return (this.#integers[id * row.size + row.touched] as number) - this.#touchedBefore - 1;
  }

  /** The next batch has touched none. No row is looked at for it, but for once in a billion touches. */
  endBatch(): void {
    this.#touchedBefore += this.touched;
    this.touched = 0;
    if (this.#touchedBefore < touchesMax) return;
    for (const id of this.ids()) this.#integers[id * row.size + row.touched] = 0;
    this.#touchedBefore = 0;
  }

  /** When the group's entry in the queue is due; Infinity where it has none. */
  queuedOf(id: number): number {
    return this.#doubles[dueOf(id)] as number;
  }

  setQueued(id: number, dueMs: number): void {
    this.#doubles[dueOf(id)] = dueMs;
  }

  /** Puts a match into the tail, behind `after`, or first where that is nil. Returns its number in the slab. */
  insert(id: number, match: SlabMatch, after: number): number {
    const length = this.sizeOf(id);
    const added = this.slab.add(match, length < longTail ? nil : this.lastOf(id));
    const next = after === nil ? this.firstOf(id) : this.slab.nextOf(after);
    this.slab.link(after, added);
    this.slab.link(added, next);
    const at = id * row.size;
    if (after === nil) this.#integers[at + row.first] = added;
    if (next === nil) this.#integers[at + row.last] = added;
    this.#integers[at + row.length] = length + 1;
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
    this.#integers[at + row.first] = first;
    if (first === nil) this.#integers[at + row.last] = nil;
    else this.slab.link(nil, first);
    this.#integers[at + row.length] = this.sizeOf(id) - dropped;
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
}
