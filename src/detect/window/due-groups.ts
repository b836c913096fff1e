import { DueCalendar } from './due-calendar.ts';
import type { GroupTable } from './group-table.ts';
import { nil } from './match-slab.ts';
import type { Dues } from './sorted-dues.ts';

/** What is due next, while it is looked at. */
const ahead: Dues = { times: new Float64Array(128), groups: new Int32Array(128), count: 0 };

/** Which groups of a rule are due when; taking them out costs what is due, whatever the number of groups. Bound: see `DueCalendar`. */
export class DueGroups {
  readonly #table: GroupTable;
  readonly #calendar = new DueCalendar();
  #untilMs = Number.NEGATIVE_INFINITY;
  #taken = 0;

  constructor(table: GroupTable) {
    this.#table = table;
  }

  /** Only what is due earlier than its entry gets a new one: the old one finds it settled or not due. */
  put(group: number, dueMs: number): void {
    if (dueMs >= this.#table.queuedOf(group)) return;
    this.#table.setQueued(group, dueMs);
    this.#calendar.push(dueMs, group);
  }

  /** `next` gives what is due up to this time, from now on. */
  open(untilMs: number): void {
    this.#untilMs = untilMs;
    this.#taken = 0;
    this.#calendar.open(untilMs);
  }

  /** Takes out the group that is due first; nil when none is. */
  next(): number {
    for (;;) {
      const dueMs = this.#calendar.nextMs;
      if (dueMs > this.#untilMs) return nil;
      if (this.#taken % ahead.groups.length === 0) this.#lookAhead();
      this.#taken += 1;
      const group = this.#calendar.pop() as number;
      // An entry that an earlier one took the place of, or of a group that is gone.
      if (this.#table.queuedOf(group) !== dueMs) continue;
      this.#table.setQueued(group, Number.POSITIVE_INFINITY);
      return group;
    }
  }

  #lookAhead(): void {
    this.#calendar.peek(ahead);
    this.#table.lookAt(ahead);
  }
}
