/**
 * What is due first, by a binary heap: adding and taking cost O(log n). It holds one entry for each `add` that was not
 * taken yet; whoever adds keeps that within bounds.
 */
export class DeadlineQueue<T> {
  readonly #heap: { readonly atMs: number; readonly item: T }[] = [];

  get size(): number {
    return this.#heap.length;
  }

  add(atMs: number, item: T): void {
    const heap = this.#heap;
    const entry = { atMs, item };
    let at = heap.length;
    heap.push(entry);
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = heap[above];
      if (parent === undefined || parent.atMs <= atMs) break;
      heap[at] = parent;
      at = above;
    }
    heap[at] = entry;
  }

  /** Takes the item that is due first, if it is due at that time. */
  take(nowMs: number): { readonly atMs: number; readonly item: T } | undefined {
    const heap = this.#heap;
    const [first] = heap;
    if (first === undefined || first.atMs > nowMs) return undefined;
    const last = heap.pop();
    if (last !== undefined && heap.length > 0) this.#sink(last);
    return first;
  }

  /** Puts an entry in the place of the first, and moves it down to where it belongs. */
  #sink(entry: { readonly atMs: number; readonly item: T }): void {
    const heap = this.#heap;
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      const [a, b] = [heap[left], heap[left + 1]];
      const below = b !== undefined && a !== undefined && b.atMs < a.atMs ? left + 1 : left;
      const child = heap[below];
      if (child === undefined || child.atMs >= entry.atMs) break;
      heap[at] = child;
      at = below;
    }
    heap[at] = entry;
  }
}
