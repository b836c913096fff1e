import type { Match } from '../../shared/model/match.ts';
import type { GroupTable } from './group-table.ts';

/** So many matches wait at the most. */
const most = 128;

/**
 * Matches of a rule that wait for some more, so that their groups are looked for all at a time (`lookedAt`), where there are so
 * many groups that each is far away in the memory. They are taken in one by one, in the order in which they came.
 * Bound: 128 matches, and one batch: what waits at its end is taken in then.
 */
export class WaitingMatches {
  readonly #table: GroupTable;
  readonly #take: (match: Match, group: number) => void;
  readonly #matches: Match[] = [];
  readonly #keys: string[] = [];
  readonly #groups = new Int32Array(most);

  constructor(table: GroupTable, take: (match: Match, group: number) => void) {
    this.#table = table;
    this.#take = take;
  }

  /** Whether groups are so far away that it pays to wait, or matches wait already. */
  get mustWait(): boolean {
    return this.#matches.length > 0 || this.#table.isFar;
  }

  /** Takes in the match, with others. */
  add(match: Match): void {
    this.#matches.push(match);
    this.#keys.push(match.group.key);
    if (this.#matches.length === most) this.takeAll();
  }

  /** Takes in all that wait. */
  takeAll(): void {
    if (this.#matches.length === 0) return;
    this.#table.keys.findAll(this.#keys, this.#groups);
    for (let at = 0; at < this.#matches.length; at += 1) {
      const match = this.#matches[at] as Match;
      const group = this.#groups[at] as number;
      // One before it may have begun the group.
      this.#take(match, group === -1 ? this.#table.of(match.group.key) : group);
    }
    this.#matches.length = 0;
    this.#keys.length = 0;
  }
}
