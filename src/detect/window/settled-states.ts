import { type GroupRows, row } from './group-rows.ts';
import { lookedAt } from './looked-at.ts';
import { PackedNumbers } from './packed-numbers.ts';
import type { WindowKind } from './window-kind.ts';

/** Over so small a state folding again costs less than the memory of a state ahead. */
const smallState = 12;

/** In place of a reference, for a state that equals that of a group never seen. */
export const noState = -1;
const asObject = -2;

/** A group never seen. */
const nothing = { numbers: new Float64Array(0), start: 0, length: 0 };

/**
 * The settled states of groups by their numbers. A small one that a kind writes as a list of numbers is kept as that:
 * 8 bytes a number instead of objects, and nothing for the garbage collector to walk at a million keys.
 * Bound: one state a group; that of the state is the kind's.
 */
export class SettledStates {
  readonly #kind: WindowKind<unknown>;
  readonly #packed = new PackedNumbers();
  readonly #objects = new Map<number, unknown>();
  readonly #rows: GroupRows;

  constructor(kind: WindowKind<unknown>, rows: GroupRows) {
    this.#kind = kind;
    this.#rows = rows;
  }

  /** Undefined where it equals that of a group never seen. What is changed must be put back. */
  get(group: number): unknown {
    const reference = this.#referenceOf(group);
    if (reference === noState) return undefined;
    return reference === asObject
      ? this.#objects.get(group)
      : this.#kind.read(this.#packed.numbersOf(reference));
  }

  /** A state that shares nothing with the one that is kept. */
  copy(group: number): unknown {
    const state = this.get(group);
    if (state === undefined) return this.#kind.init();
    return this.#referenceOf(group) === asObject ? this.#kind.copy(state) : state;
  }

  put(group: number, state: unknown): void {
    const isSmall = state !== undefined && this.#kind.size(state) <= smallState;
    this.#keep(group, isSmall ? this.#kind.write(state) : undefined, () => state);
  }

  /** Puts in a state as it was written. */
  putWritten(group: number, written: unknown): void {
    this.#keep(group, written, () => this.#kind.read(written));
  }

  /** Copies a state that is kept as numbers; returns how many, 0 for none, and -1 for a state that is an object. */
  copyNumbers(to: Float64Array, group: number): number {
    const reference = this.#referenceOf(group);
    if (reference === noState) return 0;
    return reference === asObject ? -1 : this.#packed.copyTo(to, reference);
  }

  /** Puts in a state as the beginning of these numbers; 0 of them for none. It was none before, or kept as numbers. */
  putNumbers(group: number, numbers: Float64Array, length: number): void {
    const before = this.#referenceOf(group);
    if (length === 0) {
      if (before !== noState) this.#packed.release(before);
      this.#refer(group, noState);
    } else
      this.#refer(
        group,
        before === noState
          ? this.#packed.add(numbers, length)
          : this.#packed.replace(before, numbers, length),
      );
  }

  has(group: number): boolean {
    return this.#referenceOf(group) !== noState;
  }

  /** The next deadline of the state; Infinity where there is none. */
  deadlineOf(group: number): number {
    const reference = this.#referenceOf(group);
    if (reference === noState) return Number.POSITIVE_INFINITY;
    if (reference !== asObject && this.#kind.deadlineOf !== undefined)
      return this.#kind.deadlineOf(this.#packed.viewOf(reference));
    return this.#kind.deadline(this.get(group));
  }

  /** How much matches after the state weigh together when the first of them may fire, as far as the kind can tell. */
  roomOf(group: number): number {
    const reference = this.#referenceOf(group);
    const { room, roomOf } = this.#kind;
    if (room === undefined || roomOf === undefined) return 0;
    if (reference === asObject) return room(this.#objects.get(group));
    return roomOf(reference === noState ? nothing : this.#packed.viewOf(reference));
  }

  /** Looks at the states of the first so many of these groups that are kept as numbers. */
  lookAt(groups: Int32Array, count: number): void {
    let seen = 0;
    for (let at = 0; at < count; at += 1) {
      const reference = this.#referenceOf(groups[at] as number);
      if (reference >= 0) seen += this.#packed.touch(reference);
    }
    lookedAt(seen);
  }

  isSmall(group: number): boolean {
    return this.#referenceOf(group) !== asObject || this.#kind.size(this.#objects.get(group)) <= smallState;
  }

  #keep(group: number, written: unknown, stateOf: () => unknown): void {
    const before = this.#referenceOf(group);
    if (before >= 0) this.#packed.release(before);
    if (PackedNumbers.takes(written)) {
      this.#refer(group, this.#packed.add(written));
      if (before === asObject) this.#objects.delete(group);
      return;
    }
    const state = stateOf();
    this.#refer(group, state === undefined ? noState : asObject);
    if (state !== undefined) this.#objects.set(group, state);
    else if (before === asObject) this.#objects.delete(group);
  }

  #referenceOf(group: number): number {
    return this.#rows.integers[group * row.size + row.settled] as number;
  }

  #refer(group: number, reference: number): void {
    this.#rows.integers[group * row.size + row.settled] = reference;
  }
}
