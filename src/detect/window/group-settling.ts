import type { Firing } from '../../shared/model/firing.ts';
import { nil } from './match-slab.ts';
import type { TailCheckpoints } from './tail-checkpoints.ts';
import { runDeadline, type TailSteps } from './tail-steps.ts';

/** Moves the heads of tails into the settled states as the watermark passes them. */
export class GroupSettling {
  readonly #steps: TailSteps;
  readonly #checkpoints: TailCheckpoints;

  constructor(steps: TailSteps, checkpoints: TailCheckpoints) {
    this.#steps = steps;
    this.#checkpoints = checkpoints;
  }

  /**
   * The watermark has come this far: moves the matches before it into `settled`, and runs the deadlines up to it.
   * `settled` takes the firings that became final; returned are those of deadlines among them, which are new.
   */
  settle(group: number, watermarkMs: number, settled: Firing[]): readonly Firing[] {
    const { table, kind } = this.#steps;
    const fired: Firing[] = [];
    if (!this.#settleSilently(group, watermarkMs))
      this.#settleMatches(group, { watermarkMs, settled, fired });
    const state = table.settled[group];
    while (state !== undefined && kind.deadline(state) <= watermarkMs) {
      const absence = runDeadline(kind, state);
      if (absence === undefined) continue;
      fired.push(absence);
      settled.push(absence);
    }
    if (state !== undefined && kind.isEmpty(state)) table.settled[group] = undefined;
    if (table.sizeOf(group) === 0) {
      table.ahead[group] = undefined;
      table.aheadFirings[group] = 0;
    }
    return fired;
  }

  /**
   * When the watermark next changes the group: it moves a match into `settled`, or runs a deadline. Where nothing of that
   * can be heard of, it waits until all of the tail can move: a group that is matched all the time is then settled
   * once a lateness, not at each match, and its tail is at most twice as long.
   */
  dueMs(group: number): number {
    const { table } = this.#steps;
    const first = table.firstOf(group);
    const state = table.settled[group];
    const deadlineMs = state === undefined ? Number.POSITIVE_INFINITY : this.#steps.kind.deadline(state);
    if (first === nil) return deadlineMs;
    const isQuiet = this.#steps.kind.isSilentAtDeadlines === true && table.aheadFirings[group] === 0;
    if (isQuiet) return table.slab.timeOf(table.lastOf(group)) + 1;
    return Math.min(table.slab.timeOf(first) + 1, deadlineMs);
  }

  newestMs(group: number): number {
    const last = this.#steps.table.lastOf(group);
    if (last !== nil) return this.#steps.table.slab.timeOf(last);
    const state = this.#steps.table.settled[group];
    return state === undefined ? Number.NEGATIVE_INFINITY : this.#steps.kind.newestMs(state);
  }

  /** Where all of the tail settles and nothing fired in it, the state ahead is the settled one. */
  #settleSilently(group: number, watermarkMs: number): boolean {
    const { table } = this.#steps;
    if (table.aheadFirings[group] !== 0) return false;
    const last = table.lastOf(group);
    if (last === nil) return false;
    const state = table.ahead[group];
    if (state !== undefined && table.slab.timeOf(last) < watermarkMs) {
      table.settled[group] = state;
      table.ahead[group] = undefined;
      table.clearTail(group);
      return true;
    }
    const passed = this.#checkpoints.settle(group, watermarkMs);
    if (passed === undefined) return false;
    table.settled[group] = passed.state;
    table.dropUntil(group, passed.id);
    return false;
  }

  #settleMatches(
    group: number,
    into: { readonly watermarkMs: number; readonly settled: Firing[]; readonly fired: Firing[] },
  ): void {
    const { table } = this.#steps;
    this.#checkpoints.settle(group, into.watermarkMs);
    for (let first = table.firstOf(group); first !== nil; first = table.firstOf(group)) {
      if (table.slab.timeOf(first) >= into.watermarkMs) return;
      const state = table.settled[group] ?? this.#steps.kind.init();
      table.settled[group] = state;
      const fired = this.#steps.advance(state, first);
      this.#steps.forget(group, first);
      table.dropFirst(group);
      for (const absence of this.#steps.absences) {
        into.fired.push(absence);
        into.settled.push(absence);
      }
      if (fired !== undefined) into.settled.push(fired);
    }
  }
}
