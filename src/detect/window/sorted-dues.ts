import { grow } from './grow.ts';

/** Groups, and when each is due, whole milliseconds: as many as `count` says. */
export interface Dues {
  times: Float64Array;
  groups: Int32Array;
  count: number;
}

/**
 * Groups in the order in which they are due, laid down a page of time at a time. Sorting many at once by counting costs a few steps
 * each; a heap of as many would be walked up and down for each.
 * Bound: the owner's, who lays down what is due soon.
 */
export class SortedDues {
  readonly #waiting: Dues = { times: new Float64Array(16), groups: new Int32Array(16), count: 0 };
  /** What is before it was taken. */
  #at = 0;
  readonly #pageMs: number;
  /** By millisecond of a page: where what is due then goes. Made when first used: most rules have no full page ever. */
  #places: Int32Array | undefined;

  constructor(pageMs: number) {
    this.#pageMs = pageMs;
  }

  /** When the next is due, milliseconds; Infinity when nothing waits. */
  get nextMs(): number {
    const { times, count } = this.#waiting;
    return this.#at === count ? Number.POSITIVE_INFINITY : (times[this.#at] as number);
  }

  /** Takes out what is due first; something must wait. */
  take(): number {
    this.#at += 1;
    return this.#waiting.groups[this.#at - 1] as number;
  }

  /** Copies the first that wait, in order, as many as there is room for. */
  peek(into: Dues): void {
    const { times, groups, count } = this.#waiting;
    into.count = Math.min(into.groups.length, count - this.#at);
    for (let at = 0; at < into.count; at += 1) {
      into.times[at] = times[this.#at + at] as number;
      into.groups[at] = groups[this.#at + at] as number;
    }
  }

  /** Lays down what is due in the page that begins at this time, in any order; it is later than all that waits. */
  lay(startMs: number, dues: Dues): void {
    const start = this.#makeRoom(dues.count);
    const { times, groups } = this.#waiting;
    const places = this.#placesOf(startMs, dues);
    for (let at = 0; at < dues.count; at += 1) {
      const timeMs = dues.times[at] as number;
      const bucket = timeMs - startMs;
      const to = start + (places[bucket] as number);
      places[bucket] = (places[bucket] as number) + 1;
      times[to] = timeMs;
      groups[to] = dues.groups[at] as number;
    }
    this.#waiting.count = start + dues.count;
  }

  /** Where the first of each millisecond goes. */
  #placesOf(startMs: number, { times, count }: Dues): Int32Array {
    this.#places ??= new Int32Array(this.#pageMs);
    const places = this.#places.fill(0);
    for (let at = 0; at < count; at += 1) {
      const bucket = (times[at] as number) - startMs;
      places[bucket] = (places[bucket] as number) + 1;
    }
    let before = 0;
    for (let bucket = 0; bucket < places.length; bucket += 1) {
      const count = places[bucket] as number;
      places[bucket] = before;
      before += count;
    }
    return places;
  }

  /** Moves what waits to the beginning, and makes room behind it; returns where that is. */
  #makeRoom(more: number): number {
    const { times, groups, count } = this.#waiting;
    const left = count - this.#at;
    times.copyWithin(0, this.#at, count);
    groups.copyWithin(0, this.#at, count);
    this.#at = 0;
    this.#waiting.count = left;
    if (left + more > times.length) {
      this.#waiting.times = grow(times, left + more);
      this.#waiting.groups = grow(groups, left + more);
    }
    return left;
  }
}
