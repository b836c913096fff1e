import { invariant } from '../../shared/invariant.ts';
import type { Firing } from '../../shared/model/firing.ts';
import type { GroupTable } from './group-table.ts';
import { nil, type SlabMatch } from './match-slab.ts';
import { type Placed, placeInTail } from './place-in-tail.ts';
import type { WindowKind } from './window-kind.ts';

/** Up to so many matches in the tail, over so small a settled state, folding again costs less than the memory. */
const shortTail = 4;
const smallState = 12;

/** A firing, and the slab's number of the match at which it fired. */
export interface SlabFiring {
  readonly firing: Firing;
  readonly id: number;
}

/** What folding late matches into a tail did: the firings from the place of the first of them on. */
export interface Refold<M> {
  /** The matches that were new, in order. */
  readonly added: readonly { readonly match: M; readonly id: number }[];
  readonly before: readonly SlabFiring[];
  readonly after: readonly SlabFiring[];
}

/**
 * Folds one kind of window over the groups of one rule under disorder. At any time `ahead` is what folding the tail
 * from `settled` gives, so what matches do does not depend on the order they came in. A deadline before a match of
 * the tail is run in the state ahead too, in silence: what did not happen is said when it is settled.
 */
export class GroupFold {
  readonly #kind: WindowKind<unknown>;
  readonly #table: GroupTable;
  /** Firings of the deadlines that the last `#advance` ran. */
  #absences: Firing[] = [];

  constructor(kind: WindowKind<unknown>, table: GroupTable) {
    this.#kind = kind;
    this.#table = table;
  }

  /** True when such a match comes after all that the group has. */
  isNext(group: number, match: SlabMatch): boolean {
    const last = this.#table.lastOf(group);
    return last === nil || this.#table.slab.compare(match.timeMs, match.position, last) > 0;
  }

  /** In order: one step. Returns the firing at the match. */
  append(group: number, match: SlabMatch): Firing | undefined {
    const table = this.#table;
    const state = table.ahead[group] ?? this.#foldTail(group);
    const fired = this.#advance(state, table.insert(group, match, table.lastOf(group)));
    this.#countAhead(group, fired);
    table.ahead[group] = this.#isCheap(group) ? undefined : state;
    return fired;
  }

  /** Late within the lateness: matches that are new go to their places, and the tail behind is folded again. */
  refold<M extends SlabMatch>(group: number, matches: readonly M[]): Refold<M> {
    const table = this.#table;
    const places = placeInTail(table, group, { matches, merge: this.#kind.merge });
    const [first] = places;
    if (first === undefined) return { added: [], before: [], after: [] };
    const state = this.#foldTail(group, first.after);
    const before = this.#foldFrom(this.#kind.copy(state), this.#behind(group, first.after)).fired;
    const added = this.#insert(group, places);
    const again = this.#foldFrom(state, this.#behind(group, first.after));
    table.ahead[group] = state;
    table.aheadFirings[group] = (table.aheadFirings[group] as number) + again.fired.length + again.absences;
    return { added, before, after: again.fired };
  }

  /** Puts matches that are new in their places without folding: for restoring. */
  insert(group: number, matches: readonly SlabMatch[]): void {
    this.#table.ahead[group] = undefined;
    this.#insert(group, placeInTail(this.#table, group, { matches, merge: this.#kind.merge }));
  }

  /** The firings of matches within the tail, in order. Those of deadlines are final or not at all. */
  firings(group: number): readonly Firing[] {
    const { fired } = this.#foldFrom(this.#settledCopy(group), this.#table.firstOf(group));
    return fired.map(({ firing }) => firing);
  }

  /**
   * The watermark has come this far: moves the matches before it into `settled`, and runs the deadlines up to it.
   * `settled` takes the firings that became final; returned are those of deadlines among them, which are new.
   */
  settle(group: number, watermarkMs: number, settled: Firing[]): readonly Firing[] {
    const table = this.#table;
    const kind = this.#kind;
    const fired: Firing[] = [];
    if (!this.#settleSilently(group, watermarkMs))
      this.#settleMatches(group, { watermarkMs, settled, fired });
    const state = table.settled[group];
    while (state !== undefined && kind.deadline(state) <= watermarkMs) {
      const absence = runDeadline(kind, state);
      if (absence === undefined) continue;
      fired.push(absence);
      settled.push(absence);
      table.aheadFirings[group] = (table.aheadFirings[group] as number) - 1;
    }
    if (state !== undefined && kind.isEmpty(state)) table.settled[group] = undefined;
    if (table.sizeOf(group) === 0) table.ahead[group] = undefined;
    return fired;
  }

  /** When the watermark next changes the group: it moves a match into `settled`, or runs a deadline. */
  dueMs(group: number): number {
    const table = this.#table;
    const first = table.firstOf(group);
    const headMs = first === nil ? Number.POSITIVE_INFINITY : table.slab.timeOf(first) + 1;
    const state = table.settled[group];
    return state === undefined ? headMs : Math.min(headMs, this.#kind.deadline(state));
  }

  newestMs(group: number): number {
    const last = this.#table.lastOf(group);
    if (last !== nil) return this.#table.slab.timeOf(last);
    const state = this.#table.settled[group];
    return state === undefined ? Number.NEGATIVE_INFINITY : this.#kind.newestMs(state);
  }

  /** Where all of the tail settles and nothing fired in it, the state ahead is the settled one. */
  #settleSilently(group: number, watermarkMs: number): boolean {
    const table = this.#table;
    const state = table.ahead[group];
    if (state === undefined || (table.aheadFirings[group] as number) > 0) return false;
    const last = table.lastOf(group);
    if (last === nil || table.slab.timeOf(last) >= watermarkMs) return false;
    table.settled[group] = state;
    table.ahead[group] = undefined;
    table.clearTail(group);
    return true;
  }

  #settleMatches(
    group: number,
    into: { readonly watermarkMs: number; readonly settled: Firing[]; readonly fired: Firing[] },
  ): void {
    const table = this.#table;
    for (let first = table.firstOf(group); first !== nil; first = table.firstOf(group)) {
      if (table.slab.timeOf(first) >= into.watermarkMs) return;
      const state = table.settled[group] ?? this.#kind.init();
      table.settled[group] = state;
      const fired = this.#advance(state, first);
      table.dropFirst(group);
      for (const absence of this.#absences) {
        into.fired.push(absence);
        into.settled.push(absence);
      }
      if (fired !== undefined) into.settled.push(fired);
      const count = this.#absences.length + (fired === undefined ? 0 : 1);
      table.aheadFirings[group] = (table.aheadFirings[group] as number) - count;
    }
  }

  #insert<M extends SlabMatch>(group: number, places: readonly Placed<M>[]): Refold<M>['added'] {
    let previous = nil;
    return places.map(({ match, after, merged }, index) => {
      if (merged !== undefined) {
        this.#table.slab.setValues(merged.id, merged.values);
        return { match, id: merged.id };
      }
      // Several new matches behind the same old one follow each other.
      const behind = index > 0 && after === places[index - 1]?.after ? previous : after;
      previous = this.#table.insert(group, match, behind);
      return { match, id: previous };
    });
  }

  /** The fold of `settled` and the tail as it is, up to and with the match `until`; counts the firings in it. */
  #foldTail(group: number, until: number = this.#table.lastOf(group)): unknown {
    const state = this.#settledCopy(group);
    const table = this.#table;
    table.aheadFirings[group] = 0;
    if (until === nil) return state;
    for (let id = table.firstOf(group); id !== nil; id = table.slab.nextOf(id)) {
      this.#countAhead(group, this.#advance(state, id));
      if (id === until) break;
    }
    return state;
  }

  /** Folds from this match to the end of its list into the state. */
  #foldFrom(state: unknown, from: number): { readonly fired: SlabFiring[]; readonly absences: number } {
    const fired: SlabFiring[] = [];
    let absences = 0;
    for (let id = from; id !== nil; id = this.#table.slab.nextOf(id)) {
      const firing = this.#advance(state, id);
      absences += this.#absences.length;
      if (firing !== undefined) fired.push({ firing, id });
    }
    return { fired, absences };
  }

  #behind(group: number, after: number): number {
    return after === nil ? this.#table.firstOf(group) : this.#table.slab.nextOf(after);
  }

  #isCheap(group: number): boolean {
    if (this.#table.sizeOf(group) > shortTail) return false;
    const state = this.#table.settled[group];
    return state === undefined || this.#kind.size(state) <= smallState;
  }

  #countAhead(group: number, fired: Firing | undefined): void {
    const count = this.#absences.length + (fired === undefined ? 0 : 1);
    if (count > 0) this.#table.aheadFirings[group] = (this.#table.aheadFirings[group] as number) + count;
  }

  #settledCopy(group: number): unknown {
    const state = this.#table.settled[group];
    return state === undefined ? this.#kind.init() : this.#kind.copy(state);
  }

  /** Runs the deadlines that come before the match, then the match. */
  #advance(state: unknown, id: number): Firing | undefined {
    const { cursor } = this.#table.slab;
    if (this.#absences.length > 0) this.#absences = [];
    cursor.moveTo(id);
    cursor.ruleFirstMs = this.#table.ruleFirstMs;
    while (this.#kind.deadline(state) <= cursor.timeMs) {
      const absence = runDeadline(this.#kind, state);
      if (absence !== undefined) this.#absences.push(absence);
    }
    return this.#kind.step(state, cursor);
  }
}

function runDeadline(kind: WindowKind<unknown>, state: unknown): Firing | undefined {
  const atMs = kind.deadline(state);
  const absence = kind.atDeadline(state);
  invariant(kind.deadline(state) > atMs, 'a deadline leads to a later one, or there would be no end');
  return absence;
}
