import { comparePositions, type EventPosition } from '../../shared/model/position.ts';
import { grow } from './grow.ts';
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

/**
 * The matches of all tails as columns of numbers, 44 bytes each, linked into one sorted list a group. Millions of
 * them are nothing for the garbage collector to walk. Bound: the stage's cap on all tails together, and one batch.
 */
export class MatchSlab {
  readonly cursor: SlabCursor;
  readonly #places: PlaceTable;
  #times = new Float64Array(1024);
  #offsets = new Float64Array(1024);
  #weights = new Float64Array(1024);
  #placeIds = new Int32Array(1024);
  #indexes = new Int32Array(1024);
  #next = new Int32Array(1024);
  #previous = new Int32Array(1024);
  #marks = new Int32Array(1024);
  /** Filled only where a kind takes values. */
  readonly #values: WindowValues[] = [];
  #end = 0;
  #free = nil;

  constructor(places: PlaceTable) {
    this.#places = places;
    this.cursor = new SlabCursor(this);
  }

  /** Keeps a match and gives it a number; it is in no list yet. */
  add({ timeMs, position, weight, values }: SlabMatch): number {
    const id = this.#take();
    this.#times[id] = timeMs;
    this.#offsets[id] = position.offset;
    this.#weights[id] = weight;
    this.#placeIds[id] = this.#places.idOf(position.topic, position.partition);
    this.#indexes[id] = position.index;
    this.#marks[id] = 0;
    if (values !== undefined) this.#values[id] = values;
    return id;
  }

  /** Forgets a match; its number will be another's. */
  release(id: number): void {
    this.#next[id] = this.#free;
    this.#free = id;
    if (id < this.#values.length) this.#values[id] = undefined;
  }

  timeOf(id: number): number {
    return this.#times[id] as number;
  }

  weightOf(id: number): number {
    return this.#weights[id] as number;
  }

  /** What the fold noted of the match; 0 for a new one. */
  markOf(id: number): number {
    return this.#marks[id] as number;
  }

  mark(id: number, mark: number): void {
    this.#marks[id] = mark;
  }

  valuesOf(id: number): WindowValues {
    return this.#values[id];
  }

  setValues(id: number, values: WindowValues): void {
    this.#values[id] = values;
  }

  nextOf(id: number): number {
    return this.#next[id] as number;
  }

  previousOf(id: number): number {
    return this.#previous[id] as number;
  }

  positionOf(id: number): EventPosition {
    const [topic, partition] = this.#places.placeOf(this.#placeIds[id] as number);
    return { topic, partition, offset: this.#offsets[id] as number, index: this.#indexes[id] as number };
  }

  /** Says that `next` follows `id`; either may be the end. */
  link(id: number, next: number): void {
    if (id !== nil) this.#next[id] = next;
    if (next !== nil) this.#previous[next] = id;
  }

  /** Where a match of this time and position stands to a kept one: negative before it, positive after it. */
  compare(timeMs: number, position: EventPosition, id: number): number {
    const difference = timeMs - (this.#times[id] as number);
    return difference !== 0 ? difference : comparePositions(position, this.positionOf(id));
  }

  #take(): number {
    if (this.#free !== nil) {
      const id = this.#free;
      this.#free = this.#next[id] as number;
      return id;
    }
    const id = this.#end;
    this.#end += 1;
    if (id >= this.#times.length) this.#grow();
    return id;
  }

  #grow(): void {
    const size = this.#end;
    this.#times = grow(this.#times, size);
    this.#offsets = grow(this.#offsets, size);
    this.#weights = grow(this.#weights, size);
    this.#placeIds = grow(this.#placeIds, size);
    this.#indexes = grow(this.#indexes, size);
    this.#next = grow(this.#next, size);
    this.#previous = grow(this.#previous, size);
    this.#marks = grow(this.#marks, size);
  }
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
