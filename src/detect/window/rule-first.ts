import type { GroupFold, Refold } from './group-fold.ts';
import type { GroupTable } from './group-table.ts';

/** Knows which matches of a group fired what is not known outside yet. */
type IsUnsaid = (group: number) => (id: number) => boolean;

/**
 * The time of a rule's first match, whatever the group, for kinds that ask for it. Until `lateness` has passed after it an
 * earlier one may come, in any group; then nothing has settled yet, and all tails are folded again.
 */
export class RuleFirst {
  readonly #table: GroupTable;
  readonly #groups: GroupFold;
  /** Of a match before the first that the tails were folded with. */
  #earlierMs = Number.POSITIVE_INFINITY;

  constructor(table: GroupTable, groups: GroupFold) {
    this.#table = table;
    this.#groups = groups;
  }

  /** Takes in a match that is not late. One before the first counts from the end of the batch on. */
  see(timeMs: number): void {
    const table = this.#table;
    if (timeMs >= table.ruleFirstMs) return;
    if (table.ruleFirstMs === Number.POSITIVE_INFINITY) table.ruleFirstMs = timeMs;
    else this.#earlierMs = Math.min(this.#earlierMs, timeMs);
  }

  /** Ends a batch: where the first match turned out to be an earlier one, says what that did to each group. */
  settle(isUnsaid: IsUnsaid, note: (group: number, refold: Refold<never>) => void): void {
    const table = this.#table;
    if (this.#earlierMs >= table.ruleFirstMs) return;
    const tails = [...table.ids()].filter((group) => table.sizeOf(group) > 0);
    for (const group of tails) this.#groups.knowFirings(group);
    table.ruleFirstMs = this.#earlierMs;
    for (const group of tails) note(group, this.#groups.foldAgain(group, isUnsaid(group)));
  }
}
