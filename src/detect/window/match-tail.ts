import type { EventPosition } from '../../shared/model/position.ts';
import type { PlaceTable } from './place-table.ts';
import type { WindowMatch, WindowValues } from './window-kind.ts';

/** Numbers of one match: time, offset, place (index and partition in one), weight. */
const stride = 4;
/** `place` is index * maxPlaces + id of the partition: exact up to 2^37 events in a record. */
const maxPlaces = 65_536;

/** Before, at, or after, in the settled order: time, topic, partition, offset, index. */
function compareAt(
  aMs: number,
  a: EventPosition,
  other: { readonly tail: MatchTail; readonly index: number },
): number {
  const { tail, index } = other;
  return aMs - tail.timeAt(index) || tail.comparePosition(a, index);
}

/**
 * The matches of a group after the watermark, in the settled order, as numbers in one array (32 bytes each).
 * Bound: the stage's cap on all tails together.
 */
export class MatchTail {
  readonly #places: PlaceTable;
  #numbers: number[] = [];
  /** Values of the kinds that take any; absent while no match had one. */
  #values: WindowValues[] | undefined;
  /** Matches at the front of the arrays that have left. */
  #gone = 0;

  constructor(places: PlaceTable) {
    this.#places = places;
  }

  get size(): number {
    return this.#numbers.length / stride - this.#gone;
  }

  timeAt(index: number): number {
    return this.#numbers[(this.#gone + index) * stride] as number;
  }

  comparePosition(position: EventPosition, index: number): number {
    const at = (this.#gone + index) * stride;
    const place = this.#numbers[at + 2] as number;
    const [topic, partition] = this.#places.placeOf(place % maxPlaces);
    if (position.topic !== topic) return position.topic < topic ? -1 : 1;
    return (
      position.partition - partition ||
      position.offset - (this.#numbers[at + 1] as number) ||
      position.index - Math.floor(place / maxPlaces)
    );
  }

  /** True when a match of this time and position comes after all in the tail. */
  isAfterAll(timeMs: number, position: EventPosition): boolean {
    const { size } = this;
    return size === 0 || compareAt(timeMs, position, { tail: this, index: size - 1 }) > 0;
  }

  /** Where the match stands or would stand, and whether it stands there already. */
  find(timeMs: number, position: EventPosition): { readonly index: number; readonly isKnown: boolean } {
    let low = 0;
    let high = this.size;
    while (low < high) {
      const middle = (low + high) >> 1;
      const order = compareAt(timeMs, position, { tail: this, index: middle });
      if (order === 0) return { index: middle, isKnown: true };
      if (order > 0) low = middle + 1;
      else high = middle;
    }
    return { index: low, isKnown: false };
  }

  match(index: number): WindowMatch {
    const at = (this.#gone + index) * stride;
    const place = this.#numbers[at + 2] as number;
    const [topic, partition] = this.#places.placeOf(place % maxPlaces);
    const offset = this.#numbers[at + 1] as number;
    return {
      timeMs: this.#numbers[at] as number,
      position: { topic, partition, offset, index: Math.floor(place / maxPlaces) },
      weight: this.#numbers[at + 3] as number,
      values: this.#values?.[this.#gone + index],
    };
  }

  /** Puts a match behind all others; it must come after them. */
  append(match: WindowMatch): void {
    const { timeMs, position, weight } = match;
    const place = position.index * maxPlaces + this.#places.idOf(position.topic, position.partition);
    const numbers = this.#numbers;
    if (match.values !== undefined && this.#values === undefined)
      this.#values = new Array(numbers.length / stride).fill(undefined);
    this.#values?.push(match.values);
    // An exact literal: most groups hold one match, and push would reserve room for many.
    if (numbers.length === 0) this.#numbers = [timeMs, position.offset, place, weight];
    else numbers.push(timeMs, position.offset, place, weight);
  }

  /** Takes all matches from `index` on out, in order. */
  cutFrom(index: number): WindowMatch[] {
    const cut: WindowMatch[] = [];
    for (let at = index; at < this.size; at += 1) cut.push(this.match(at));
    this.#numbers.length = (this.#gone + index) * stride;
    if (this.#values !== undefined) this.#values.length = this.#gone + index;
    return cut;
  }

  clear(): void {
    this.#numbers = [];
    this.#values = undefined;
    this.#gone = 0;
  }

  /** Takes the first match out. */
  dropFirst(): void {
    this.#gone += 1;
    const held = this.#numbers.length / stride;
    if (this.#gone === held) {
      this.clear();
    } else if (this.#gone > 32 && this.#gone * 2 > held) {
      // Moved only when at least half is dead, so a match pays a constant share of it.
      this.#numbers.splice(0, this.#gone * stride);
      this.#values?.splice(0, this.#gone);
      this.#gone = 0;
    }
  }
}
