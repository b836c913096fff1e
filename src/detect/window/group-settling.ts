import type { Firing } from '../../shared/model/firing.ts';
import { roomBelow, unknownRoom } from './group-table.ts';
import { nil } from './match-slab.ts';
import type { TailCheckpoints } from './tail-checkpoints.ts';
import { runDeadline, type TailSteps } from './tail-steps.ts';
import { mostNumbers } from './window-kind.ts';

const nothing: readonly Firing[] = [];

/** Moves the heads of tails into the settled states as the watermark passes them. */
export class GroupSettling {
  readonly #steps: TailSteps;
  readonly #checkpoints: TailCheckpoints;
  /** A settled state as numbers while the tail settles. */
  readonly #written = { numbers: new Float64Array(mostNumbers), start: 0, length: 0 };
  /** The next deadline of the state that the last `settle` left or `isDue` saw; Infinity where there is none. */
  deadlineMs = Number.POSITIVE_INFINITY;

  constructor(steps: TailSteps, checkpoints: TailCheckpoints) {
    this.#steps = steps;
    this.#checkpoints = checkpoints;
  }

  /**
   * The watermark has come this far: moves the matches before it into `settled`, and runs the deadlines up to it.
   * `settled` takes the firings that became final; returned are those of deadlines among them, which are new.
   */
  settle(group: number, watermarkMs: number, settled: Firing[]): readonly Firing[] {
    if (this.#settleNumbers(group, watermarkMs)) return nothing;
    const { table, kind } = this.#steps;
    const fired: Firing[] = [];
    const state =
      this.#settledSilently(group, watermarkMs) ??
      this.#settleMatches(group, { watermarkMs, settled, fired });
    while (state !== undefined && kind.deadline(state) <= watermarkMs) {
      const absence = runDeadline(kind, state);
      if (absence === undefined) continue;
      fired.push(absence);
      settled.push(absence);
    }
    const isEmpty = state === undefined || kind.isEmpty(state);
    table.settled.put(group, isEmpty ? undefined : state);
    this.deadlineMs = isEmpty ? Number.POSITIVE_INFINITY : kind.deadline(state);
    table.setRoom(group, unknownRoom);
    if (table.sizeOf(group) === 0) {
      table.ahead.delete(group);
      table.clearTail(group);
      table.setFirings(group, 0);
      // The state is at hand now, and at a million groups far away when the next match comes.
      if (!isEmpty && kind.room !== undefined) table.setRoom(group, roomBelow(kind.room(state)));
    }
    return fired;
  }

  /**
   * When the watermark next changes the group: it moves a match into `settled`, or runs a deadline. Where nothing of that
   * can be heard of, it waits until all of the tail can move: a group that is matched all the time is then settled
   * once a lateness, not at each match, and its tail is at most twice as long. `deadlineMs` is that of the settled state, where known.
   */
  dueMs(group: number, deadlineMs?: number): number {
    const { table } = this.#steps;
    const first = table.firstOf(group);
    if (first === nil) return deadlineMs ?? table.settled.deadlineOf(group);
    const isQuiet = this.#steps.kind.isSilentAtDeadlines === true && table.firingsOf(group) === 0;
    if (isQuiet) return table.slab.timeOf(table.lastOf(group)) + 1;
    return Math.min(table.slab.timeOf(first) + 1, deadlineMs ?? table.settled.deadlineOf(group));
  }

  /** Groups that could be settled up to the watermark: those that nothing is heard of. Costs all groups. */
  waiting(watermarkMs: number): readonly number[] {
    const { table } = this.#steps;
    return [...table.ids()].filter((group) => {
      const first = table.firstOf(group);
      return first !== nil && table.slab.timeOf(first) < watermarkMs;
    });
  }

  /** Whether settling up to the watermark would change the group. */
  isDue(group: number, watermarkMs: number): boolean {
    const { table } = this.#steps;
    const first = table.firstOf(group);
    if (first !== nil && table.slab.timeOf(first) < watermarkMs) return true;
    this.deadlineMs = table.settled.deadlineOf(group);
    return this.deadlineMs <= watermarkMs;
  }

  newestMs(group: number): number {
    const last = this.#steps.table.lastOf(group);
    if (last !== nil) return this.#steps.table.slab.timeOf(last);
    const state = this.#steps.table.settled.get(group);
    return state === undefined ? Number.NEGATIVE_INFINITY : this.#steps.kind.newestMs(state);
  }

  /**
   * Where nothing fired in the tail and the settled state is kept as numbers: settles without making a state of them, which costs
   * more than all else. False where that cannot be; then some matches may have settled already.
   */
  #settleNumbers(group: number, watermarkMs: number): boolean {
    const { table, kind } = this.#steps;
    if (kind.stepOf === undefined || kind.deadlineOf === undefined) return false;
    if (table.firingsOf(group) !== 0 || table.isNoted(group)) return false;
    const { numbers } = this.#written;
    const known = table.settled.copyNumbers(numbers, group);
    if (known < 0) return false;
    this.#written.length = known;
    const isWhole = this.#stepNumbers(group, watermarkMs);
    const { length } = this.#written;
    const deadlineMs = length === 0 ? Number.POSITIVE_INFINITY : kind.deadlineOf(this.#written);
    const isOver = isWhole && deadlineMs <= watermarkMs;
    if (isOver) this.#written.length = 0;
    table.settled.putNumbers(group, numbers, this.#written.length);
    if (!isWhole) return false;
    this.deadlineMs = isOver ? Number.POSITIVE_INFINITY : deadlineMs;
    table.setRoom(group, unknownRoom);
    if (table.sizeOf(group) > 0) return true;
    table.clearTail(group);
    // The state is at hand now, and at a million groups far away when the next match comes.
    if (!isOver && kind.roomOf !== undefined) table.setRoom(group, roomBelow(kind.roomOf(this.#written)));
    return true;
  }

  /** Takes the head of the tail into the written state; false where it would become too long. */
  #stepNumbers(group: number, watermarkMs: number): boolean {
    const { table, kind } = this.#steps;
    const { slab } = table;
    let last = nil;
    let length = 0;
    for (let id = table.firstOf(group); id !== nil; id = slab.nextOf(id)) {
      if (slab.timeOf(id) >= watermarkMs) break;
      length = kind.stepOf?.(this.#written, this.#steps.look(id)) ?? -1;
      if (length < 0) break;
      this.#written.length = length;
      last = id;
    }
    if (last !== nil) table.dropUntil(group, last);
    return length >= 0;
  }

  /** Where all of the tail settles and nothing fired in it, the state ahead is the settled one; it is returned. */
  #settledSilently(group: number, watermarkMs: number): unknown {
    const { table } = this.#steps;
    if (table.firingsOf(group) !== 0) return undefined;
    const last = table.lastOf(group);
    if (last === nil) return undefined;
    const state = table.ahead.get(group);
    if (state !== undefined && table.slab.timeOf(last) < watermarkMs) {
      table.ahead.delete(group);
      table.clearTail(group);
      return state;
    }
    const passed = this.#checkpoints.settle(group, watermarkMs);
    if (passed === undefined) return undefined;
    table.settled.put(group, passed.state);
    table.dropUntil(group, passed.id);
    return undefined;
  }

  /** Returns the settled state; undefined where it equals that of a group never seen. */
  #settleMatches(
    group: number,
    into: { readonly watermarkMs: number; readonly settled: Firing[]; readonly fired: Firing[] },
  ): unknown {
    const { table, kind } = this.#steps;
    this.#checkpoints.settle(group, into.watermarkMs);
    let state = table.settled.get(group);
    for (let first = table.firstOf(group); first !== nil; first = table.firstOf(group)) {
      if (table.slab.timeOf(first) >= into.watermarkMs) break;
      state ??= kind.init();
      const fired = this.#steps.advance(state, first);
      this.#steps.forget(group, first);
      table.dropFirst(group);
      for (const absence of this.#steps.absences) {
        into.fired.push(absence);
        into.settled.push(absence);
      }
      if (fired !== undefined) into.settled.push(fired);
    }
    return state;
  }
}
