import { DeadlineQueue } from '../shared/deadline-queue.ts';
import type { GroupIncidents } from './group-incidents.ts';

/** When groups are to be looked at again, by rule, because each rule has its own watermark. */
export class GroupDeadlines {
  readonly #queues = new Map<string, DeadlineQueue<GroupIncidents>>();

  /** Null: it waits for no time. One that stands there for an earlier time already stays so. */
  add(state: GroupIncidents, deadlineMs: number | null): void {
    if (deadlineMs === null || (state.queuedMs !== null && state.queuedMs <= deadlineMs)) return;
    const queue = this.#queues.get(state.ruleId) ?? new DeadlineQueue<GroupIncidents>();
    this.#queues.set(state.ruleId, queue);
    queue.add(deadlineMs, state);
    state.queuedMs = deadlineMs;
  }

  /** Adds the groups whose deadline the watermark has reached. */
  takeDue(into: Set<GroupIncidents>, watermarkOf: (ruleId: string) => number): void {
    for (const [ruleId, queue] of this.#queues) {
      const watermarkMs = watermarkOf(ruleId);
      for (let due = queue.take(watermarkMs); due !== undefined; due = queue.take(watermarkMs)) {
        // An entry that an earlier deadline has replaced is passed over.
        if (due.item.queuedMs !== due.atMs) continue;
        due.item.queuedMs = null;
        into.add(due.item);
      }
      if (queue.size === 0) this.#queues.delete(ruleId);
    }
  }

  /** Entries, also of groups that were forgotten: those stay until they are due, or until all is made anew. */
  get entries(): number {
    let entries = 0;
    for (const queue of this.#queues.values()) entries += queue.size;
    return entries;
  }

  clear(): void {
    this.#queues.clear();
  }
}
