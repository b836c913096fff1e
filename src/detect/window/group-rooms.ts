import { type GroupTable, roomBelow, unknownRoom } from './group-table.ts';
import { nil } from './match-slab.ts';

/**
 * Tells of matches that none of them fires, nor any behind them, without folding: as long as all of the settled state and of the
 * tail, were they in one window, weigh less than the kind asks for. Most groups never come near, so their matches are folded
 * once, when they settle, and late ones only go to their places.
 */
export class GroupRooms {
  readonly #table: GroupTable;

  constructor(table: GroupTable) {
    this.#table = table;
  }

  /** Takes room for a match of such weight; false where there is not enough. Where there is any, nothing is folded ahead. */
  take(group: number, weight: number): boolean {
    const table = this.#table;
    if (table.roomOf(group) === unknownRoom) this.#find(group);
    const room = table.roomOf(group);
    if (room === 0) return false;
    const left = room - weight;
    table.setRoom(group, Math.max(left, 0));
    return left >= 0;
  }

  /** `take` for matches that stand in the tail already. */
  takeAll(group: number, matches: readonly number[]): boolean {
    const { slab } = this.#table;
    return this.take(
      group,
      matches.reduce((weight, id) => weight + slab.weightOf(id), 0),
    );
  }

  #find(group: number): void {
    const table = this.#table;
    const { slab } = table;
    let room = table.firingsOf(group) > 0 ? 0 : roomBelow(table.settled.roomOf(group));
    for (let id = table.firstOf(group); id !== nil && room > 0; id = slab.nextOf(id))
      room -= slab.weightOf(id);
    // What is folded ahead already goes on, unless there is room for as many matches again.
    const isEnough = room > 0 && (!table.ahead.has(group) || room >= table.sizeOf(group));
    table.setRoom(group, isEnough ? room : 0);
    if (!isEnough) return;
    if (table.ahead.has(group)) table.foldAnew(group);
    // Also where nobody knew, after a restart.
    table.setFirings(group, 0);
  }
}
