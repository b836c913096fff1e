/**
 * A queue by time: what is due first comes out first. A binary heap, so that a batch pays for what is due and not for
 * what waits. Bound: its owner's, who puts a thing in anew only when it is due earlier than it was.
 */
export class DueQueue<T> {
  readonly #times: number[] = [];
  readonly #items: T[] = [];

  get size(): number {
    return this.#times.length;
  }

  /** When the next is due, milliseconds; Infinity when nothing waits. */
  get nextMs(): number {
    return this.#times[0] ?? Number.POSITIVE_INFINITY;
  }

  push(dueMs: number, item: T): void {
    const times = this.#times;
    const items = this.#items;
    let at = times.length;
    times.push(dueMs);
    items.push(item);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const parentMs = times[parent] as number;
      if (parentMs <= dueMs) break;
      times[at] = parentMs;
      items[at] = items[parent] as T;
      at = parent;
    }
    times[at] = dueMs;
    items[at] = item;
  }

  /** Takes out what is due first; undefined when nothing waits. */
  pop(): T | undefined {
    const first = this.#items[0];
    const lastMs = this.#times.pop();
    const last = this.#items.pop();
    if (lastMs !== undefined && this.#times.length > 0) this.#sink(lastMs, last as T);
    return first;
  }

  #sink(dueMs: number, item: T): void {
    const times = this.#times;
    const items = this.#items;
    const size = times.length;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      if (child + 1 < size && (times[child + 1] as number) < (times[child] as number)) child += 1;
      const childMs = times[child] as number;
      if (childMs >= dueMs) break;
      times[at] = childMs;
      items[at] = items[child] as T;
      at = child;
    }
    times[at] = dueMs;
    items[at] = item;
  }
}
