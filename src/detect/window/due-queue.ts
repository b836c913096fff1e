import { grow } from './grow.ts';

/**
 * Groups by the time they are due: what is due first comes out first. A binary heap in typed arrays, so that a batch
 * pays for what is due and not for what waits. Bound: its owner's, who puts a group in anew only when it is due earlier
 * than it was.
 */
export class DueQueue {
  #times = new Float64Array(16);
  #groups = new Int32Array(16);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** When the next is due, milliseconds; Infinity when nothing waits. */
  get nextMs(): number {
    return this.#size === 0 ? Number.POSITIVE_INFINITY : (this.#times[0] as number);
  }

  push(dueMs: number, group: number): void {
    let at = this.#size;
    this.#size += 1;
    if (at >= this.#times.length) {
      this.#times = grow(this.#times, this.#size);
      this.#groups = grow(this.#groups, this.#size);
    }
    const times = this.#times;
    const groups = this.#groups;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const parentMs = times[parent] as number;
      if (parentMs <= dueMs) break;
      times[at] = parentMs;
      groups[at] = groups[parent] as number;
      at = parent;
    }
    times[at] = dueMs;
    groups[at] = group;
  }

  /** Takes out what is due first; undefined when nothing waits. */
  pop(): number | undefined {
    if (this.#size === 0) return undefined;
    const first = this.#groups[0];
    this.#size -= 1;
    if (this.#size > 0) this.#sink(this.#times[this.#size] as number, this.#groups[this.#size] as number);
    return first;
  }

  #sink(dueMs: number, group: number): void {
    const times = this.#times;
    const groups = this.#groups;
    const size = this.#size;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      if (child + 1 < size && (times[child + 1] as number) < (times[child] as number)) child += 1;
      const childMs = times[child] as number;
      if (childMs >= dueMs) break;
      times[at] = childMs;
      groups[at] = groups[child] as number;
      at = child;
    }
    times[at] = dueMs;
    groups[at] = group;
  }
}
