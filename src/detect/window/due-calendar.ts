import { DueQueue } from './due-queue.ts';
import { grow } from './grow.ts';
import { type Dues, SortedDues } from './sorted-dues.ts';

/** So much time is opened at once; what is due in it is then put in order. */
const pageMs = 2 ** 13;

/** Groups of one page stand in pieces of so many numbers: the piece before, how many groups, and the groups. */
const piece = { size: 16, before: 0, count: 1, groups: 2 };
const none = -1;
/** From so many groups on, a page is sorted by counting. */
const fullPage = 512;

/**
 * Groups by the time they are due; what is due first comes out first. What is due far ahead is only noted, by pages of some
 * seconds: at a million groups a heap of all would be looked at in twenty places of the memory for each. When a group of a page is due
 * its owner tells (`dueOf`), so a note is four bytes.
 * Bound: the owner's, who puts a group in anew only when it is due earlier than it was.
 */
export class DueCalendar {
  readonly #dueOf: (group: number) => number;
  /** What is due before `#nearEndMs`. */
  readonly #near = new DueQueue();
  /** And what stood on full pages. */
  readonly #sorted = new SortedDues(pageMs);
  #nearEndMs = Number.NEGATIVE_INFINITY;
  /** The last piece of each page that is not open, by the page's number; and when those pages begin. */
  readonly #pages = new Map<number, number>();
  readonly #order = new DueQueue();
  readonly #found: Dues = { times: new Float64Array(16), groups: new Int32Array(16), count: 0 };
  #pieces = new Int32Array(piece.size);
  #end = 0;
  /** Pieces that are not in use, linked by `before`. */
  #free = none;

  constructor(dueOf: (group: number) => number) {
    this.#dueOf = dueOf;
  }

  /** When the next is due, milliseconds, as far as was opened; Infinity when nothing waits there. */
  get nextMs(): number {
    return Math.min(this.#sorted.nextMs, this.#near.nextMs);
  }

  push(dueMs: number, group: number): void {
    if (dueMs < this.#nearEndMs) this.#near.push(dueMs, group);
    else this.#note(Math.floor(dueMs / pageMs), group);
  }

  /** Takes out what is due first; undefined when nothing waits as far as was opened. */
  pop(): number | undefined {
    const { nextMs } = this.#sorted;
    return nextMs !== Number.POSITIVE_INFINITY && nextMs <= this.#near.nextMs
      ? this.#sorted.take()
      : this.#near.pop();
  }

  /** Copies groups that are due next, as many as there is room for; returns how many. Not all that are due need be among them. */
  peek(into: Int32Array): number {
    return this.#sorted.peek(into);
  }

  /** Opens all that may be due up to this time. */
  open(untilMs: number): void {
    while (this.#order.nextMs <= untilMs) {
      this.#openPage(this.#order.nextMs / pageMs);
      this.#order.pop();
    }
    this.#nearEndMs = Math.max(this.#nearEndMs, (Math.floor(untilMs / pageMs) + 1) * pageMs);
  }

  #openPage(page: number): void {
    const startMs = page * pageMs;
    this.#collect(page);
    this.#keepDue(startMs);
    const found = this.#found;
    if (found.count >= fullPage) this.#sorted.lay(startMs, found);
    else
      for (let at = 0; at < found.count; at += 1)
        this.#near.push(found.times[at] as number, found.groups[at] as number);
  }

  /** Finds the groups that stand on the page, and gives their room back. */
  #collect(page: number): void {
    const found = this.#found;
    found.count = 0;
    let at = this.#pages.get(page) ?? none;
    this.#pages.delete(page);
    while (at !== none) {
      const pieces = this.#pieces;
      const count = pieces[at + piece.count] as number;
      if (found.count + count > found.groups.length) found.groups = grow(found.groups, found.count + count);
      for (let index = 0; index < count; index += 1)
        found.groups[found.count + index] = pieces[at + piece.groups + index] as number;
      found.count += count;
      const before = pieces[at + piece.before] as number;
      pieces[at + piece.before] = this.#free;
      this.#free = at;
      at = before;
    }
  }

  /** Asks when they are due: others than of this page are due earlier by now, or were. */
  #keepDue(startMs: number): void {
    const found = this.#found;
    const { groups, count } = found;
    if (count > found.times.length) found.times = grow(found.times, count);
    const { times } = found;
    // Alone in a loop, so that the processor fetches many at a time: they are all over the memory.
    for (let at = 0; at < count; at += 1) times[at] = this.#dueOf(groups[at] as number);
    let kept = 0;
    for (let at = 0; at < count; at += 1) {
      const dueMs = times[at] as number;
      if (dueMs < startMs || dueMs >= startMs + pageMs) continue;
      times[kept] = dueMs;
      groups[kept] = groups[at] as number;
      kept += 1;
    }
    found.count = kept;
  }

  #note(page: number, group: number): void {
    let at = this.#pages.get(page);
    if (at === undefined) this.#order.push(page * pageMs, 0);
    if (at === undefined || this.#pieces[at + piece.count] === piece.size - piece.groups) {
      at = this.#take(at ?? none);
      this.#pages.set(page, at);
    }
    const count = this.#pieces[at + piece.count] as number;
    this.#pieces[at + piece.groups + count] = group;
    this.#pieces[at + piece.count] = count + 1;
  }

  #take(before: number): number {
    let at = this.#free;
    if (at !== none) this.#free = this.#pieces[at + piece.before] as number;
    else {
      at = this.#end;
      this.#end += piece.size;
      if (this.#end > this.#pieces.length) this.#pieces = grow(this.#pieces, this.#end);
    }
    this.#pieces[at + piece.before] = before;
    this.#pieces[at + piece.count] = 0;
    return at;
  }
}
