import type { Checkpoint, GroupTable } from './group-table.ts';
import { nil } from './match-slab.ts';
import type { WindowKind } from './window-kind.ts';

/** A checkpoint must save at least so many steps. */
const leastDistance = 64;

/**
 * States along the tails of groups, so that a late match is folded in from near its place and not from the watermark.
 * They are made while a tail is folded again: groups whose matches come in order have none.
 * Bound: as many matches lie between two of them as a state has numbers, so that they need no more than the tail.
 */
export class TailCheckpoints {
  readonly #kind: WindowKind<unknown>;
  readonly #table: GroupTable;
  /** Matches folded in since the last checkpoint, or what `before` gave. */
  #steps = 0;

  constructor(kind: WindowKind<unknown>, table: GroupTable) {
    this.#kind = kind;
    this.#table = table;
  }

  /** The last one that comes before this match of the tail, or before its end where that is nil; those behind it no longer hold, and are forgotten. */
  before(group: number, id: number): Checkpoint | undefined {
    this.#steps = 0;
    const checkpoints = this.#table.checkpoints.get(group);
    if (checkpoints === undefined) return undefined;
    const { slab } = this.#table;
    if (id === nil) return checkpoints.at(-1);
    while (checkpoints.length > 0) {
      const last = checkpoints.at(-1) as Checkpoint;
      if (slab.compare(slab.timeOf(last.id), slab.positionOf(last.id), id) < 0) return last;
      checkpoints.pop();
    }
    this.#table.checkpoints.delete(group);
    return undefined;
  }

  /** Says that the match was folded in, behind what `before` gave; keeps the state now and then. */
  passed(group: number, id: number, state: unknown): void {
    this.#steps += 1;
    if (this.#steps < leastDistance || this.#steps < this.#kind.size(state)) return;
    this.#steps = 0;
    const kept = { id, state: this.#kind.copy(state) };
    const checkpoints = this.#table.checkpoints.get(group);
    if (checkpoints === undefined) this.#table.checkpoints.set(group, [kept]);
    else checkpoints.push(kept);
  }

  /** Takes out those at matches of times before this one, which leave the tail; returns the last of them. */
  settle(group: number, watermarkMs: number): Checkpoint | undefined {
    const checkpoints = this.#table.checkpoints.get(group);
    if (checkpoints === undefined) return undefined;
    let count = 0;
    while (count < checkpoints.length && this.#isBefore(checkpoints[count], watermarkMs)) count += 1;
    if (count === 0) return undefined;
    const passed = checkpoints.splice(0, count);
    if (checkpoints.length === 0) this.#table.checkpoints.delete(group);
    return passed.at(-1);
  }

  #isBefore(checkpoint: Checkpoint | undefined, watermarkMs: number): boolean {
    return checkpoint !== undefined && this.#table.slab.timeOf(checkpoint.id) < watermarkMs;
  }
}
