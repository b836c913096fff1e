import { DeadlineQueue } from '../../shared/deadline-queue.ts';
import type { Timed } from './telling-state.ts';

/** Entries that are no longer meant stay until they are due, or until there are so many more than meant ones. */
const staleMin = 10_000;

/** When members and groups are to be looked at; each is due at one time, and a later word replaces the one before. */
export class TellingTimers<T extends Timed> {
  #queue = new DeadlineQueue<T>();
  #meant = 0;

  /** Null: not at all. */
  set(item: T, atMs: number | null): void {
    if (item.queuedMs === atMs) return;
    if (item.queuedMs !== null) this.#meant -= 1;
    item.queuedMs = atMs;
    if (atMs === null) return;
    this.#meant += 1;
    this.#queue.add(atMs, item);
    if (this.#queue.size > 2 * this.#meant + staleMin) this.#sweep();
  }

  /** Takes the first that is due at that time. */
  take(nowMs: number): T | undefined {
    for (let due = this.#queue.take(nowMs); due !== undefined; due = this.#queue.take(nowMs)) {
      if (due.item.queuedMs !== due.atMs) continue;
      due.item.queuedMs = null;
      this.#meant -= 1;
      return due.item;
    }
    return undefined;
  }

  #sweep(): void {
    const old = this.#queue;
    this.#queue = new DeadlineQueue();
    const kept = new Set<T>();
    for (let entry = old.take(Infinity); entry !== undefined; entry = old.take(Infinity)) {
      const { item, atMs } = entry;
      if (item.queuedMs !== atMs || kept.has(item)) continue;
      kept.add(item);
      this.#queue.add(atMs, item);
    }
  }
}
