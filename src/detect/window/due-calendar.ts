import { DueQueue } from './due-queue.ts';
import { grow } from './grow.ts';
import { type Dues, SortedDues } from './sorted-dues.ts';

/** So much time is opened at once; what is due in it is then put in order. */
const pageMs = 2 ** 13;

/** A page's groups stand in pieces of so many numbers: the piece before, how many, and of each its number and when it is due. */
const piece = { size: 16, before: 0, count: 1, notes: 2 };
const mostNotes = (piece.size - piece.notes) / 2;
const none = -1;
/** From so many groups on, a page is sorted by counting. */
const fullPage = 512;

/**
 * Groups by the time they are due; what is due first comes out first. What is due far ahead is only noted, by pages of some
 * seconds: at a million groups a heap of all would be looked at in twenty places of the memory for each. Event times and spans are
 * whole milliseconds, and so is what stands on pages.
 * Bound: the owner's, who puts a group in anew only when it is due earlier than it was, and passes over what it was due before.
 */
export class DueCalendar {
  /** What is due before `#nearEndMs`, or not at a whole millisecond. */
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

  /** When the next is due, milliseconds, as far as was opened; Infinity when nothing waits there. */
  get nextMs(): number {
    return Math.min(this.#sorted.nextMs, this.#near.nextMs);
  }

  push(dueMs: number, group: number): void {
    if (dueMs < this.#nearEndMs || !Number.isInteger(dueMs)) this.#near.push(dueMs, group);
    else this.#note(dueMs, group);
  }

  /** Takes out what is due first; undefined when nothing waits as far as was opened. */
  pop(): number | undefined {
    const { nextMs } = this.#sorted;
    return nextMs !== Number.POSITIVE_INFINITY && nextMs <= this.#near.nextMs
      ? this.#sorted.take()
      : this.#near.pop();
  }

  /** Copies what is due next, as much as there is room for. Not all that is due need be among it. */
  peek(into: Dues): void {
    this.#sorted.peek(into);
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
    this.#collect(page);
    const found = this.#found;
    if (found.count >= fullPage) this.#sorted.lay(page * pageMs, found);
    else
      for (let at = 0; at < found.count; at += 1)
        this.#near.push(found.times[at] as number, found.groups[at] as number);
  }

  /** Finds what stands on the page, and gives its room back. */
  #collect(page: number): void {
    const found = this.#found;
    const startMs = page * pageMs;
    found.count = 0;
    let at = this.#pages.get(page) ?? none;
    this.#pages.delete(page);
    while (at !== none) {
      const pieces = this.#pieces;
      const count = pieces[at + piece.count] as number;
      if (found.count + count > found.groups.length) {
        found.groups = grow(found.groups, found.count + count);
        found.times = grow(found.times, found.count + count);
      }
      const end = at + piece.notes + 2 * count;
      for (let note = at + piece.notes; note < end; note += 2) {
        found.groups[found.count] = pieces[note] as number;
        found.times[found.count] = startMs + (pieces[note + 1] as number);
        found.count += 1;
      }
      const before = pieces[at + piece.before] as number;
      pieces[at + piece.before] = this.#free;
      this.#free = at;
      at = before;
    }
  }

  #note(dueMs: number, group: number): void {
    const page = Math.floor(dueMs / pageMs);
    let at = this.#pages.get(page);
    if (at === undefined) this.#order.push(page * pageMs, 0);
    if (at === undefined || this.#pieces[at + piece.count] === mostNotes) {
      at = this.#take(at ?? none);
      this.#pages.set(page, at);
    }
    const count = this.#pieces[at + piece.count] as number;
    const note = at + piece.notes + 2 * count;
    this.#pieces[note] = group;
    this.#pieces[note + 1] = dueMs - page * pageMs;
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
