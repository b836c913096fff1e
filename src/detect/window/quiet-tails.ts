import type { GroupTable } from './group-table.ts';
import { nil } from './match-slab.ts';
import type { WindowKind } from './window-kind.ts';

/**
 * Tells where late matches come behind all matches of a tail that may fire, for kinds that know those by themselves. What
 * was looked at is kept, so that a match is looked at once, and those that came behind it again.
 * Bound: three numbers a group.
 */
export class QuietTails {
  readonly #kind: WindowKind<unknown>;
  readonly #table: GroupTable;

  constructor(kind: WindowKind<unknown>, table: GroupTable) {
    this.#kind = kind;
    this.#table = table;
  }

  /** Whether no match from the first of these new ones on may fire, whatever came before it. */
  isQuietFrom(group: number, late: readonly number[]): boolean {
    const { slab, quiet } = this.#table;
    const [first = nil] = late;
    if (first === nil || this.#kind.neverFires === undefined) return false;
    if (!late.every((id) => this.#neverFires(id))) {
      quiet.delete(group);
      return false;
    }
    const known = quiet.get(group);
    const lastMs = known === undefined ? Number.NEGATIVE_INFINITY : known.last.timeMs;
    // Numbers of matches that have left the tail may be others'.
    const isKnown = known !== undefined && lastMs >= slab.timeOf(this.#table.firstOf(group));
    let fromMs = slab.timeOf(first) + 1;
    let id = first;
    while (id !== nil && this.#neverFires(id)) {
      const timeMs = slab.timeOf(id);
      if (isKnown && timeMs >= known.fromMs && timeMs < lastMs) {
        fromMs = Math.min(fromMs, known.fromMs);
        id = known.last.id;
      } else id = slab.nextOf(id);
    }
    if (id !== nil) return false;
    const last = this.#table.lastOf(group);
    quiet.set(group, { fromMs, last: { id: last, timeMs: slab.timeOf(last) } });
    return true;
  }

  #neverFires(id: number): boolean {
    return this.#kind.neverFires?.(this.#table.slab.valuesOf(id)) === true;
  }
}
