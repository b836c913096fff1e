import { DueQueue } from './due-queue.ts';
import { grow } from './grow.ts';

/** So much time is opened at once; what is due in it is then put in order. */
const pageMs = 2 ** 13;

/** Groups of one page stand in pieces of so many numbers: the piece before, how many groups, and the groups. */
const piece = { size: 16, before: 0, count: 1, groups: 2 };
const none = -1;

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
  #nearEndMs = Number.NEGATIVE_INFINITY;
  /** The last piece of each page that is not open, by the page's number; and when those pages begin. */
  readonly #pages = new Map<number, number>();
  readonly #order = new DueQueue();
  #pieces = new Int32Array(piece.size);
  #end = 0;
  /** Pieces that are not in use, linked by `before`. */
  #free = none;

  constructor(dueOf: (group: number) => number) {
    this.#dueOf = dueOf;
  }

  /** When the next is due, milliseconds, as far as was opened; Infinity when nothing waits there. */
  get nextMs(): number {
    return this.#near.nextMs;
  }

  push(dueMs: number, group: number): void {
    if (dueMs < this.#nearEndMs) this.#near.push(dueMs, group);
    else this.#note(Math.floor(dueMs / pageMs), group);
  }

  /** Takes out what is due first; undefined when nothing waits as far as was opened. */
  pop(): number | undefined {
    return this.#near.pop();
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
    let at = this.#pages.get(page) ?? none;
    this.#pages.delete(page);
    while (at !== none) {
      const pieces = this.#pieces;
      const count = pieces[at + piece.count] as number;
      for (let index = 0; index < count; index += 1) {
        const group = pieces[at + piece.groups + index] as number;
        const dueMs = this.#dueOf(group);
        // Others are due earlier by now, or were.
        if (dueMs >= startMs && dueMs < startMs + pageMs) this.#near.push(dueMs, group);
      }
      const before = pieces[at + piece.before] as number;
      pieces[at + piece.before] = this.#free;
      this.#free = at;
      at = before;
    }
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
