import { firstPlace } from './first-place.ts';
import type { Checkpoint, GroupTable } from './group-table.ts';
import { nil } from './match-slab.ts';
import type { WindowKind } from './window-kind.ts';

/** A checkpoint must save at least so many steps. */
const leastDistance = 64;

/** Numbers that checkpoints may take for each match of the tail. */
const numbersPerMatch = 4;

/**
 * States along the tails of groups, so that a late match is folded in from near its place and not from the watermark, and
 * only as far as it makes a difference.
 * They are made while a tail is folded again: groups whose matches come in order have none.
 * Bound: four numbers for each match of the tail.
 */
export class TailCheckpoints {
  readonly #kind: WindowKind<unknown>;
  readonly #table: GroupTable;
  // The present walk: the checkpoints of its group, the place of the next one, and matches folded in since the last.
  #walked: Checkpoint[] = [];
  #next = 0;
  #steps = 0;

  constructor(kind: WindowKind<unknown>, table: GroupTable) {
    this.#kind = kind;
    this.#table = table;
  }

  /** Begins a walk along a tail behind the last one before this match, or before its end where that is nil. Returns that one. */
  begin(group: number, id: number): Checkpoint | undefined {
    this.#walked = this.#table.checkpoints.get(group) ?? [];
    this.#next = this.#placeOf(this.#walked, id);
    this.#steps = 0;
    return this.#walked[this.#next - 1];
  }

  /**
   * Says that the match was folded in, behind what was before, and keeps the state now and then. True where the tail led to
   * an equal state when it was folded before: what is behind is as it was, up to the next new match.
   */
  passed(group: number, id: number, state: unknown): boolean {
    this.#steps += 1;
    const next = this.#walked[this.#next];
    if (next?.id === id) return this.#renew(next, state);
    if (this.#steps < leastDistance) return false;
    const distance = this.#distance(state);
    if (this.#steps < (next === undefined ? distance : 2 * distance)) return false;
    if (this.#walked.length === 0) this.#table.checkpoints.set(group, this.#walked);
    this.#walked.splice(this.#next, 0, { id, state: this.#kind.copy(state) });
    this.#next += 1;
    this.#steps = 0;
    return false;
  }

  /** Those from this match on no longer hold. */
  forget(group: number, id: number): void {
    const checkpoints = this.#table.checkpoints.get(group);
    if (checkpoints === undefined) return;
    checkpoints.length = this.#placeOf(checkpoints, id);
    if (checkpoints.length === 0) this.#table.checkpoints.delete(group);
  }

  /** Takes out those at matches of times before this one, which leave the tail; returns the last of them. */
  settle(group: number, watermarkMs: number): Checkpoint | undefined {
    const checkpoints = this.#table.checkpoints.get(group);
    if (checkpoints === undefined) return undefined;
    const { slab } = this.#table;
    const count = firstPlace(checkpoints, ({ id }) => slab.timeOf(id) >= watermarkMs);
    if (count === 0) return undefined;
    const passed = checkpoints.splice(0, count);
    if (checkpoints.length === 0) this.#table.checkpoints.delete(group);
    return passed.at(-1);
  }

  /** Of the first at this match of the tail or behind it. */
  #placeOf(checkpoints: readonly Checkpoint[], id: number): number {
    const { slab } = this.#table;
    if (id === nil) return checkpoints.length;
    return firstPlace(checkpoints, (at) => slab.order(at.id, id) >= 0);
  }

  #renew(known: Checkpoint, state: unknown): boolean {
    if (this.#isSame(known.state, state)) {
      this.#next += 1;
      this.#steps = 0;
      return true;
    }
    if (this.#steps < this.#distance(state) / 2) {
      this.#walked.splice(this.#next, 1);
      return false;
    }
    this.#walked[this.#next] = { id: known.id, state: this.#kind.copy(state) };
    this.#next += 1;
    this.#steps = 0;
    return false;
  }

  #distance(state: unknown): number {
    return Math.max(leastDistance, this.#kind.size(state) / numbersPerMatch);
  }

  #isSame(a: unknown, b: unknown): boolean {
    const kind = this.#kind;
    return kind.size(a) === kind.size(b) && isSameWritten(kind.write(a), kind.write(b));
  }
}

/** Of states as kinds write them: lists in lists, of what JSON knows. */
function isSameWritten(a: unknown, b: unknown): boolean {
  if (!Array.isArray(a) || !Array.isArray(b)) return a === b;
  return a.length === b.length && a.every((item, at) => isSameWritten(item, b[at]));
}
