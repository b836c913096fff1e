import { invariant } from '../../shared/invariant.ts';
import type { Firing } from '../../shared/model/firing.ts';
import type { GroupTable } from './group-table.ts';
import { nil } from './match-slab.ts';
import type { WindowKind } from './window-kind.ts';

/**
 * Folds matches of tails into states, one after the other, and notes at each what fired, so that what a late match
 * changes is known without folding the tail as it was.
 */
export class TailSteps {
  readonly kind: WindowKind<unknown>;
  readonly table: GroupTable;
  /** Firings of the deadlines that the last `advance` ran. */
  absences: readonly Firing[] = [];

  constructor(kind: WindowKind<unknown>, table: GroupTable) {
    this.kind = kind;
    this.table = table;
  }

  /** Runs the deadlines that come before the match, then the match; returns the firing at it. */
  advance(state: unknown, id: number): Firing | undefined {
    const { kind } = this;
    if (this.absences.length > 0) this.absences = [];
    const cursor = this.look(id);
    while (kind.deadline(state) <= cursor.timeMs) {
      const absence = runDeadline(kind, state);
      if (absence !== undefined) this.absences = [...this.absences, absence];
    }
    return kind.step(state, cursor);
  }

  /** The match as the kinds see it. */
  look(id: number): GroupTable['slab']['cursor'] {
    const { cursor } = this.table.slab;
    cursor.moveTo(id);
    cursor.ruleFirstMs = this.table.ruleFirstMs;
    return cursor;
  }

  /** Notes what the last `advance` fired in place of what was noted before. Returns whether the match had fired. */
  note(group: number, id: number, fired: Firing | undefined): boolean {
    const { slab } = this.table;
    const before = slab.markOf(id);
    const mark = 2 * this.absences.length + (fired === undefined ? 0 : 1);
    if (mark !== before) {
      slab.mark(id, mark);
      this.#count(group, firingsOf(mark) - firingsOf(before));
    }
    return (before & 1) === 1;
  }

  /** The match leaves the tail, and with it the firings that were noted. */
  forget(group: number, id: number): void {
    this.#count(group, -firingsOf(this.table.slab.markOf(id)));
  }

  /** A copy of the settled state for a tail to be folded onto. */
  settledCopy(group: number): unknown {
    const state = this.table.settled.copy(group);
    this.kind.beginTail?.(state);
    return state;
  }

  /** The fold of `settled` and the whole tail; notes the firings in it. */
  foldTail(group: number): unknown {
    const { table } = this;
    const state = this.settledCopy(group);
    const isUnknown = table.firingsOf(group) === unknownFirings;
    if (isUnknown) table.setFirings(group, 0);
    for (let id = table.firstOf(group); id !== nil; id = table.slab.nextOf(id)) {
      // What was noted before firings became unknown is in no count.
      if (isUnknown) table.slab.mark(id, 0);
      this.note(group, id, this.advance(state, id));
    }
    return state;
  }

  #count(group: number, more: number): void {
    const before = this.table.firingsOf(group);
    if (before !== unknownFirings) this.table.setFirings(group, before + more);
  }
}

/** So many firings in a tail: it was restored and has to be folded to know them. */
export const unknownFirings = -1;

/** How many firings a mark stands for: twice those of deadlines before the match, and one for the match. */
const firingsOf = (mark: number): number => (mark >> 1) + (mark & 1);

/** Runs the deadline of a state; returns what it fired. */
export function runDeadline(kind: WindowKind<unknown>, state: unknown): Firing | undefined {
  const atMs = kind.deadline(state);
  const absence = kind.atDeadline(state);
  invariant(kind.deadline(state) > atMs, 'a deadline leads to a later one, or there would be no end');
  return absence;
}
