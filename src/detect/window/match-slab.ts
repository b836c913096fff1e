import { comparePositions, type EventPosition } from '../../shared/model/position.ts';
import type { PlaceTable } from './place-table.ts';
import type { WindowMatch, WindowValues } from './window-kind.ts';

/** What the slab keeps of a match. */
export interface SlabMatch {
  readonly timeMs: number;
  readonly position: EventPosition;
  readonly weight: number;
  readonly values?: WindowValues;
}

/** The end of a list. */
export const nil = -1;

/** A match is a row of 48 bytes: three doubles, then six integers over the same buffer. */
const doubles = { perRow: 6, time: 0, offset: 1, weight: 2 };
const integers = { perRow: 12, place: 6, index: 7, next: 8, previous: 9, mark: 10 };
const rowBytes = 48;

/** Matches of one long tail stand together, so many in a block. */
const blockBits = 3;
const blockRows = 1 << blockBits;
/** In place of how many of its rows were given out: the block's rows are given out one by one, to any tail. */
const shared = -1;

/**
 * The matches of all tails as rows of numbers, linked into one sorted list a group. Millions of them are nothing for
 * the garbage collector to walk, and as a row is in one place of the memory, or two, it is fetched at once.
 * Bound: the stage's cap on all tails together, and one batch.
 */
export class MatchSlab {
  readonly cursor: SlabCursor;
  readonly places: PlaceTable;
  #doubles = new Float64Array(0);
  #integers = new Int32Array(0);
  /** Filled only where a kind takes values. */
  readonly #values: WindowValues[] = [];
  /** By block: how many of its rows were given out, and how many of those are in use. */
  #given = new Int8Array(0);
  #used = new Int8Array(0);
  /** Blocks begun so far; those that no row of is in use, linked by the `next` of their first rows. */
  #blocks = 0;
  #freeBlock = nil;
  /** Single rows that are not in use. */
  #free = nil;

  constructor(places: PlaceTable) {
    this.places = places;
    this.#resize(8);
    this.cursor = new SlabCursor(this);
  }

  /** Keeps a match and gives it a number; it is in no list yet. `near`: the last of its tail, where that is a long one. */
  add(match: SlabMatch, near = nil): number {
    const { position, values } = match;
    const id = near === nil ? this.#takeSingle() : this.#takeNear(near);
    const row = id * doubles.perRow;
    const numbers = this.#doubles;
    numbers[row + doubles.time] = match.timeMs;
    numbers[row + doubles.offset] = position.offset;
    numbers[row + doubles.weight] = match.weight;
    const at = id * integers.perRow;
    this.#integers[at + integers.place] = this.places.idOf(position.topic, position.partition);
    this.#integers[at + integers.index] = position.index;
    this.#integers[at + integers.mark] = 0;
    if (values !== undefined) this.#values[id] = values;
    return id;
  }

  /** Forgets a match; its number will be another's. */
  release(id: number): void {
    if (id < this.#values.length) this.#values[id] = undefined;
    const block = id >> blockBits;
    if (this.#given[block] === shared) {
      this.#integers[id * integers.perRow + integers.next] = this.#free;
      this.#free = id;
      return;
    }
    const used = (this.#used[block] as number) - 1;
    this.#used[block] = used;
    if (used > 0) return;
    const first = block << blockBits;
    this.#integers[first * integers.perRow + integers.next] = this.#freeBlock;
    this.#freeBlock = block;
  }

  timeOf(id: number): number {
    return this.#doubles[id * doubles.perRow + doubles.time] as number;
  }

  weightOf(id: number): number {
    return this.#doubles[id * doubles.perRow + doubles.weight] as number;
  }

  /** What the fold noted of the match; 0 for a new one. */
  markOf(id: number): number {
    return this.#integers[id * integers.perRow + integers.mark] as number;
  }

  mark(id: number, mark: number): void {
    this.#integers[id * integers.perRow + integers.mark] = mark;
  }

  valuesOf(id: number): WindowValues {
    return this.#values[id];
  }

  setValues(id: number, values: WindowValues): void {
    this.#values[id] = values;
  }

  nextOf(id: number): number {
    return this.#integers[id * integers.perRow + integers.next] as number;
  }

  previousOf(id: number): number {
    return this.#integers[id * integers.perRow + integers.previous] as number;
  }

  positionOf(id: number): EventPosition {
    const row = id * integers.perRow;
    const [topic, partition] = this.places.placeOf(this.#integers[row + integers.place] as number);
    const offset = this.#doubles[id * doubles.perRow + doubles.offset] as number;
    return { topic, partition, offset, index: this.#integers[row + integers.index] as number };
  }

  matchOf(id: number): SlabMatch {
    const values = this.valuesOf(id);
    const match = { timeMs: this.timeOf(id), position: this.positionOf(id), weight: this.weightOf(id) };
    return values === undefined ? match : { ...match, values };
  }

  /** Says that `next` follows `id`; either may be the end. */
  link(id: number, next: number): void {
    if (id !== nil) this.#integers[id * integers.perRow + integers.next] = next;
    if (next !== nil) this.#integers[next * integers.perRow + integers.previous] = id;
  }

  /** Where a match of this time and position stands to a kept one: negative before it, positive after it. */
  compare(timeMs: number, position: EventPosition, id: number): number {
    const difference = timeMs - this.timeOf(id);
    return difference !== 0 ? difference : comparePositions(position, this.positionOf(id));
  }

  /** Where a kept match stands to another one. */
  order(id: number, other: number): number {
    const difference = this.timeOf(id) - this.timeOf(other);
    return difference !== 0 ? difference : comparePositions(this.positionOf(id), this.positionOf(other));
  }

  /** The next row of the block that the tail ends with, or the first of a new one. */
  #takeNear(near: number): number {
    let block = near >> blockBits;
    let given = this.#given[block] as number;
    if (given === shared || given === blockRows) {
      block = this.#takeBlock();
      given = 0;
      this.#used[block] = 0;
    }
    this.#given[block] = given + 1;
    this.#used[block] = (this.#used[block] as number) + 1;
    return (block << blockBits) + given;
  }

  #takeSingle(): number {
    if (this.#free === nil) this.#freeSingles();
    const id = this.#free;
    this.#free = this.nextOf(id);
    return id;
  }

  #freeSingles(): void {
    const block = this.#takeBlock();
    this.#given[block] = shared;
    const first = block << blockBits;
    for (let id = first + blockRows - 1; id >= first; id -= 1) {
      this.#integers[id * integers.perRow + integers.next] = this.#free;
      this.#free = id;
    }
  }

  #takeBlock(): number {
    if (this.#freeBlock !== nil) {
      const block = this.#freeBlock;
      this.#freeBlock = this.nextOf(block << blockBits);
      return block;
    }
    const block = this.#blocks;
    this.#blocks += 1;
    if (this.#blocks > this.#given.length) this.#resize(this.#blocks + (block >> 1));
    return block;
  }

  #resize(blocks: number): void {
    const buffer = new ArrayBuffer(blocks * blockRows * rowBytes);
    const larger = new Float64Array(buffer);
    larger.set(this.#doubles);
    this.#doubles = larger;
    this.#integers = new Int32Array(buffer);
    this.#given = grownBytes(this.#given, blocks);
    this.#used = grownBytes(this.#used, blocks);
  }
}

function grownBytes(bytes: Int8Array, size: number): Int8Array<ArrayBuffer> {
  const larger = new Int8Array(size);
  larger.set(bytes);
  return larger;
}

/** One match of the slab at a time, as the kinds see it: a step allocates nothing. */
export class SlabCursor implements WindowMatch {
  timeMs = 0;
  weight = 1;
  values: WindowValues = undefined;
  ruleFirstMs = Number.POSITIVE_INFINITY;
  readonly #slab: MatchSlab;
  #id = nil;

  constructor(slab: MatchSlab) {
    this.#slab = slab;
  }

  get position(): EventPosition {
    return this.#slab.positionOf(this.#id);
  }

  moveTo(id: number): void {
    this.#id = id;
    this.timeMs = this.#slab.timeOf(id);
    this.weight = this.#slab.weightOf(id);
    this.values = this.#slab.valuesOf(id);
  }
}
