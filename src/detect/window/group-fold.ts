import { invariant } from '../../shared/invariant.ts';
import type { Firing } from '../../shared/model/firing.ts';
import { GroupRooms } from './group-rooms.ts';
import { GroupSettling } from './group-settling.ts';
import { type GroupTable, unknownRoom } from './group-table.ts';
import { nil, type SlabMatch } from './match-slab.ts';
import { type Placed, placeInTail } from './place-in-tail.ts';
import { QuietTails } from './quiet-tails.ts';
import { noteChange, type SlabFiring, type TailChanges } from './tail-changes.ts';
import { TailCheckpoints } from './tail-checkpoints.ts';
import { TailSteps, unknownFirings } from './tail-steps.ts';
import type { WindowKind, WindowValues } from './window-kind.ts';

/** Up to so many matches in the tail, over a small settled state, folding again costs less than the memory. */
const shortTail = 4;

interface Added<M> {
  readonly match: M;
  readonly id: number;
  /** Where the tail had a match at this event already: what that held before it. */
  readonly merged?: { readonly before: WindowValues };
}

/** What late matches did to the firings of the tail. */
export interface Refold<M> {
  /** The matches that were new, in order. */
  readonly added: readonly Added<M>[];
  /** Of the part that was folded again: firings that were not there before, and unsaid ones as they are now. */
  readonly fired: readonly SlabFiring[];
  /** The unsaid firings that were there before, by their matches. */
  readonly reworked: readonly number[];
  /** Said firings that no longer hold. */
  readonly withdrawn: readonly Firing[];
  /** True where there are, or were, said firings in the part that was folded again, or may be behind new ones of it. */
  readonly isBehindKnown: boolean;
}

/**
 * Folds one kind of window over the groups of one rule under disorder. At any time `ahead` is what folding the tail
 * from `settled` gives, so what matches do does not depend on the order they came in. A deadline before a match of
 * the tail is run in the state ahead too, in silence: what did not happen is said when it is settled.
 */
export class GroupFold {
  /** What the watermark does to the groups. */
  readonly settling: GroupSettling;
  readonly #table: GroupTable;
  readonly #steps: TailSteps;
  readonly #checkpoints: TailCheckpoints;
  readonly #quiet: QuietTails;
  readonly #rooms: GroupRooms;

  constructor(kind: WindowKind<unknown>, table: GroupTable) {
    this.#table = table;
    this.#steps = new TailSteps(kind, table);
    this.#checkpoints = new TailCheckpoints(kind, table);
    this.#quiet = new QuietTails(kind, table);
    this.#rooms = new GroupRooms(table);
    this.settling = new GroupSettling(this.#steps, this.#checkpoints);
  }

  /** True when such a match comes after all that the group has. */
  isNext(group: number, match: SlabMatch): boolean {
    const last = this.#table.lastOf(group);
    return last === nil || this.#table.slab.compare(match.timeMs, match.position, last) > 0;
  }

  /** In order: one step. Returns the firing at the match. */
  append(group: number, match: SlabMatch): Firing | undefined {
    const table = this.#table;
    if (this.#rooms.take(group, match.weight) || this.#neverFires(group, match)) {
      table.insert(group, match, table.lastOf(group));
      return undefined;
    }
    const known = table.ahead.get(group);
    const state = known ?? this.#foldedTail(group);
    const id = table.insert(group, match, table.lastOf(group));
    const fired = this.#steps.advance(state, id);
    this.#steps.note(group, id, fired);
    const isKept = !this.#isCheap(group);
    if (isKept && known === undefined) table.ahead.set(group, state);
    else if (!isKept && known !== undefined) table.ahead.delete(group);
    return fired;
  }

  /**
   * Late within the lateness: matches that are new go to their places. Where the kind cannot say at once that nothing
   * fires by them, the tail is folded again from them on, as far as it makes a difference. `isUnsaid` tells the matches, by
   * their numbers, whose firings are not known outside yet.
   */
  refold<M extends SlabMatch>(
    group: number,
    matches: readonly M[],
    isUnsaid: (id: number) => boolean,
  ): Refold<M> {
    this.knowFirings(group);
    const added = this.#insert(group, this.#places(group, matches));
    const [first] = added;
    if (first === undefined || this.#takeLate(group, added))
      return { added, fired: [], reworked: [], withdrawn: [], isBehindKnown: false };
    const { gone, ...changes } = this.#foldFrom(
      group,
      added.map(({ id }) => id),
      isUnsaid,
    );
    const withdrawn = gone.length === 0 ? [] : this.#without(group, added, gone);
    return { added, ...changes, withdrawn };
  }

  /** What counts for all groups has changed: the whole tail is folded again. What fired in it still does. */
  foldAgain(group: number, isUnsaid: (id: number) => boolean): Refold<never> {
    // Equal states no longer say that what is behind them is as it was.
    this.#table.checkpoints.delete(group);
    const { gone, ...changes } = this.#foldFrom(group, [this.#table.firstOf(group)], isUnsaid);
    invariant(gone.length === 0, 'an earlier first match of a rule takes no firing away');
    return { added: [], ...changes, withdrawn: [] };
  }

  /** After a restart, which does not say what fired in tails. */
  knowFirings(group: number): void {
    if (this.#table.firingsOf(group) === unknownFirings) this.#steps.foldTail(group);
  }

  /** Puts a match in its place without folding, for restoring; false where it is not the last: `insert` takes those. */
  restoreNext(group: number, match: SlabMatch): boolean {
    this.#table.setFirings(group, unknownFirings);
    if (!this.isNext(group, match)) return false;
    this.#table.insert(group, match, this.#table.lastOf(group));
    return true;
  }

  /** Puts matches that are new in their places without folding: for restoring. */
  insert(group: number, matches: readonly SlabMatch[]): void {
    this.#insert(group, this.#places(group, matches));
  }

  /** The settled state is another from now on: the tail is folded on it anew. */
  rebase(group: number, settled: unknown): void {
    this.#table.settled.put(group, settled);
    this.#table.setRoom(group, unknownRoom);
    this.#table.checkpoints.delete(group);
    // Folded for what it notes of the tail; no state ahead is kept, for a restored tail may be put behind it yet.
    this.#steps.foldTail(group);
    this.#table.ahead.delete(group);
  }

  /** The firings of matches within the tail, in order. Those of deadlines are final or not at all. */
  firings(group: number): readonly Firing[] {
    const { slab } = this.#table;
    const fired: Firing[] = [];
    const state = this.#steps.settledCopy(group);
    for (let id = this.#table.firstOf(group); id !== nil; id = slab.nextOf(id)) {
      const firing = this.#steps.advance(state, id);
      if (firing !== undefined) fired.push(firing);
    }
    return fired;
  }

  #insert<M extends SlabMatch>(group: number, places: readonly Placed<M>[]): readonly Added<M>[] {
    let previous = nil;
    return places.map(({ match, after, merged }, index) => {
      if (merged !== undefined) {
        const before = this.#table.slab.valuesOf(merged.id);
        this.#table.slab.setValues(merged.id, merged.values);
        return { match, id: merged.id, merged: { before } };
      }
      // Several new matches behind the same old one follow each other.
      const behind = index > 0 && after === places[index - 1]?.after ? previous : after;
      previous = this.#table.insert(group, match, behind);
      return { match, id: previous };
    });
  }

  /** Whether the new matches could be taken in without folding again. */
  #takeLate(group: number, added: readonly Added<unknown>[]): boolean {
    const { kind, table } = this.#steps;
    const first = added[0]?.id ?? nil;
    const isMerged = added.some(({ merged }) => merged !== undefined);
    if (isMerged) table.quiet.delete(group);
    const late = added.map(({ id }) => id);
    const isTaken = !isMerged && this.#takeUnfolded(group, late);
    const mayKnowNext = kind.stepLate !== undefined && table.firingsOf(group) === 0;
    // What the kind notes of the tail is right only of a state that was folded up to the end.
    if (mayKnowNext && table.patched.delete(group)) table.checkpoints.delete(group);
    else if (isTaken || mayKnowNext) this.#checkpoints.forget(group, first);
    return isTaken;
  }

  /** If not, the state ahead may no longer hold, where nothing has fired. */
  #takeUnfolded(group: number, late: readonly number[]): boolean {
    const { kind, table } = this.#steps;
    if (this.#rooms.takeAll(group, late)) return true;
    if (this.#quiet.isQuietFrom(group, late)) {
      table.ahead.delete(group);
      return true;
    }
    const state = table.ahead.get(group);
    if (state === undefined || table.firingsOf(group) !== 0 || table.patched.has(group)) return false;
    return late.every((id) => kind.stepLate?.(state, this.#steps.look(id)) === true);
  }

  /** The state that the whole tail leads to; notes the firings in it where they are not known. */
  #foldedTail(group: number): unknown {
    if (this.#table.firingsOf(group) === unknownFirings) return this.#steps.foldTail(group);
    return this.#stateBefore(group, nil);
  }

  /** Folds the tail again from each of these new matches on, as far as it makes a difference. */
  #foldFrom(group: number, late: readonly number[], isUnsaid: (id: number) => boolean): TailChanges {
    const { kind, table } = this.#steps;
    const changes: TailChanges = { fired: [], reworked: [], gone: [], isBehindKnown: false };
    let last = nil;
    let isPatched = false;
    for (const from of late) {
      if (last !== nil && table.slab.order(from, last) <= 0) continue;
      last = this.#foldOn(group, from, { changes, isUnsaid });
      if (last === nil) break;
      isPatched = true;
    }
    if (!isPatched) return changes;
    // Said firings may be among what was left out.
    if (changes.fired.length > 0) changes.isBehindKnown = true;
    if (kind.stepLate !== undefined) table.patched.add(group);
    return changes;
  }

  /** From this match on; returns the one behind which nothing changes, nil where it came to the end. */
  #foldOn(
    group: number,
    from: number,
    into: { readonly changes: TailChanges; readonly isUnsaid: (id: number) => boolean },
  ): number {
    const { table } = this.#steps;
    const state = this.#stateBefore(group, from);
    for (let id = from; id !== nil; id = table.slab.nextOf(id)) {
      const firing = this.#steps.advance(state, id);
      const hadFired = this.#steps.note(group, id, firing);
      if (firing !== undefined || hadFired)
        noteChange(into.changes, { id, firing, hadFired, isUnsaid: into.isUnsaid(id) });
      if (this.#checkpoints.passed(group, id, state)) return id;
    }
    table.ahead.set(group, state);
    return nil;
  }

  /** The state that the matches before this one of the tail lead to; all of them where it is nil. */
  #stateBefore(group: number, id: number): unknown {
    const { slab } = this.#table;
    const { state, next } = this.#nearestBefore(group, id);
    for (let at = next; at !== id; at = slab.nextOf(at)) {
      this.#steps.advance(state, at);
      this.#checkpoints.passed(group, at, state);
    }
    return state;
  }

  /** The state at the last checkpoint before this match, and the match that follows it. */
  #nearestBefore(group: number, id: number): { readonly state: unknown; readonly next: number } {
    const checkpoint = this.#checkpoints.begin(group, id);
    if (checkpoint === undefined)
      return { state: this.#steps.settledCopy(group), next: this.#table.firstOf(group) };
    return { state: this.#steps.kind.copy(checkpoint.state), next: this.#table.slab.nextOf(checkpoint.id) };
  }

  /** The firings that these matches had while the late ones were not there. */
  #without(group: number, late: readonly Added<unknown>[], wanted: readonly number[]): readonly Firing[] {
    const { slab } = this.#table;
    const lateById = new Map(late.map((added) => [added.id, added]));
    const wantedIds = new Set(wanted);
    const { state, next } = this.#nearestBefore(group, late[0]?.id ?? nil);
    const fired: Firing[] = [];
    for (let id = next; id !== nil && fired.length < wanted.length; id = slab.nextOf(id)) {
      const added = lateById.get(id);
      if (added !== undefined && added.merged === undefined) continue;
      const values = slab.valuesOf(id);
      if (added?.merged !== undefined) slab.setValues(id, added.merged.before);
      const firing = this.#steps.advance(state, id);
      if (added?.merged !== undefined) slab.setValues(id, values);
      if (firing !== undefined && wantedIds.has(id)) fired.push(firing);
    }
    return fired;
  }

  #places<M extends SlabMatch>(group: number, matches: readonly M[]): readonly Placed<M>[] {
    return placeInTail(this.#table, group, { matches, merge: this.#steps.kind.merge });
  }

  #neverFires(group: number, { values }: SlabMatch): boolean {
    const { kind, table } = this.#steps;
    if (kind.neverFires?.(values) !== true) return false;
    return table.firingsOf(group) !== unknownFirings && !table.ahead.has(group);
  }

  #isCheap(group: number): boolean {
    return this.#table.sizeOf(group) <= shortTail && this.#table.settled.isSmall(group);
  }
}
