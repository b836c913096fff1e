import { invariant } from '../../shared/invariant.ts';
import type { Firing } from '../../shared/model/firing.ts';
import { GroupSettling } from './group-settling.ts';
import type { GroupTable } from './group-table.ts';
import { nil, type SlabMatch } from './match-slab.ts';
import { type Placed, placeInTail } from './place-in-tail.ts';
import { TailCheckpoints } from './tail-checkpoints.ts';
import { TailSteps, unknownFirings } from './tail-steps.ts';
import type { WindowKind, WindowValues } from './window-kind.ts';

/** Up to so many matches in the tail, over a small settled state, folding again costs less than the memory. */
const shortTail = 4;

/** A firing, and the slab's number of the match at which it fired. */
export interface SlabFiring {
  readonly firing: Firing;
  readonly id: number;
}

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
  /** True where there are, or were, said firings in the part that was folded again. */
  readonly isBehindKnown: boolean;
}

interface Changes {
  readonly fired: SlabFiring[];
  readonly reworked: number[];
  /** Matches of said firings that no longer fire. */
  readonly gone: number[];
  isBehindKnown: boolean;
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

  constructor(kind: WindowKind<unknown>, table: GroupTable) {
    this.#table = table;
    this.#steps = new TailSteps(kind, table);
    this.#checkpoints = new TailCheckpoints(kind, table);
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
    if (this.#isSilent(group, match)) {
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
   * fires by them, the tail is folded again from the first of them on. `isUnsaid` tells the matches, by their numbers,
   * whose firings are not known outside yet.
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
    const { gone, ...changes } = this.#foldFrom(group, first.id, isUnsaid);
    const withdrawn = gone.length === 0 ? [] : this.#without(group, added, gone);
    return { added, ...changes, withdrawn };
  }

  /** What counts for all groups has changed: the whole tail is folded again. What fired in it still does. */
  foldAgain(group: number, isUnsaid: (id: number) => boolean): Refold<never> {
    const { gone, ...changes } = this.#foldFrom(group, this.#table.firstOf(group), isUnsaid);
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

  /** Whether the state ahead could take the new matches in without folding again; if not, it no longer holds. */
  #takeLate(group: number, added: readonly Added<unknown>[]): boolean {
    const table = this.#table;
    const first = added[0]?.id ?? nil;
    this.#checkpoints.before(group, first);
    if (added.some(({ merged }) => merged !== undefined)) return false;
    if (this.#nothingFiresFrom(first)) {
      table.ahead.delete(group);
      return true;
    }
    const state = table.ahead.get(group);
    if (state === undefined || this.#steps.kind.stepLate === undefined || table.firingsOf(group) !== 0)
      return false;
    return added.every(({ id }) => this.#steps.kind.stepLate?.(state, this.#steps.look(id)));
  }

  /** Whether no match from this one on may fire, whatever came before it. */
  #nothingFiresFrom(first: number): boolean {
    const { kind, table } = this.#steps;
    if (kind.neverFires === undefined) return false;
    let id = first;
    while (id !== nil && kind.neverFires(table.slab.valuesOf(id))) id = table.slab.nextOf(id);
    return id === nil;
  }

  /** The state that the whole tail leads to; notes the firings in it where they are not known. */
  #foldedTail(group: number): unknown {
    if (this.#table.firingsOf(group) === unknownFirings) return this.#steps.foldTail(group);
    return this.#stateBefore(group, nil);
  }

  /** Folds the tail again from this new match on. */
  #foldFrom(group: number, from: number, isUnsaid: (id: number) => boolean): Changes {
    const { table } = this.#steps;
    const state = this.#stateBefore(group, from);
    const changes: Changes = { fired: [], reworked: [], gone: [], isBehindKnown: false };
    for (let id = from; id !== nil; id = table.slab.nextOf(id)) {
      const firing = this.#steps.advance(state, id);
      const hadFired = this.#steps.note(group, id, firing);
      this.#checkpoints.passed(group, id, state);
      if (firing !== undefined || hadFired)
        noteChange(changes, { id, firing, hadFired, isUnsaid: isUnsaid(id) });
    }
    table.ahead.set(group, state);
    return changes;
  }

  /** The state that the matches before this one of the tail lead to; all of them where it is nil. */
  #stateBefore(group: number, id: number): unknown {
    const { slab } = this.#table;
    const checkpoint = this.#checkpoints.before(group, id);
    const state =
      checkpoint === undefined ? this.#steps.settledCopy(group) : this.#steps.kind.copy(checkpoint.state);
    let at = checkpoint === undefined ? this.#table.firstOf(group) : slab.nextOf(checkpoint.id);
    for (; at !== id; at = slab.nextOf(at)) {
      this.#steps.advance(state, at);
      this.#checkpoints.passed(group, at, state);
    }
    return state;
  }

  /** The firings that these matches had while the late ones were not there. */
  #without(group: number, late: readonly Added<unknown>[], wanted: readonly number[]): readonly Firing[] {
    const { slab } = this.#table;
    const lateById = new Map(late.map((added) => [added.id, added]));
    const wantedIds = new Set(wanted);
    const state = this.#steps.settledCopy(group);
    const fired: Firing[] = [];
    for (let id = this.#table.firstOf(group); id !== nil; id = slab.nextOf(id)) {
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

  /** Whether the match fires in no case, without folding: of short tails over small settled states the kind may know. */
  #isSilent(group: number, match: SlabMatch): boolean {
    const table = this.#table;
    const firings = table.firingsOf(group);
    if (firings === unknownFirings || table.ahead.has(group)) return false;
    if (this.#steps.kind.neverFires?.(match.values) === true) return true;
    if (table.sizeOf(group) >= shortTail || firings !== 0) return false;
    let { weight } = match;
    for (let id = table.firstOf(group); id !== nil; id = table.slab.nextOf(id))
      weight += table.slab.weightOf(id);
    return table.settled.isSilent(group, weight);
  }

  #isCheap(group: number): boolean {
    return this.#table.sizeOf(group) <= shortTail && this.#table.settled.isSmall(group);
  }
}

interface Refolded {
  readonly id: number;
  readonly firing: Firing | undefined;
  readonly hadFired: boolean;
  readonly isUnsaid: boolean;
}

function noteChange(changes: Changes, { id, firing, hadFired, isUnsaid }: Refolded): void {
  if (hadFired && isUnsaid) changes.reworked.push(id);
  else if (hadFired) changes.isBehindKnown = true;
  if (firing !== undefined && (isUnsaid || !hadFired)) changes.fired.push({ firing, id });
  if (firing === undefined && !isUnsaid) changes.gone.push(id);
}
