import type { RecordBatch } from '../shared/ports/record-source.ts';

interface Waiting {
  readonly batch: RecordBatch;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

interface Between {
  readonly task: () => void;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

/**
 * Gives the batches of several partitions their turns: the partition furthest behind in event time goes first, so
 * that a backlog is read in nearly event-time order and little has to be revised. Batches that wait together share
 * one transaction up to `recordsMax` records. After a failure nothing is worked on any more: memory is ahead of the
 * disk then, and every batch waiting or still to come is rejected with the same error. Holds one batch a partition (the source waits for it): that is its bound.
 */
export class Turns {
  readonly #work: (batches: readonly RecordBatch[]) => void | Promise<void>;
  readonly #behind: (batch: RecordBatch) => number;
  readonly #recordsMax: number;
  #waiting: Waiting[] = [];
  /** What is to be done before the next turn. One a reload of the rules: their number is bounded by that. */
  #between: Between[] = [];
  #scheduled = false;
  #broken: { readonly error: unknown } | undefined;

  /** `behind(batch)`: the event time up to which the batch's partition was read. */
  constructor(options: {
    work: (batches: readonly RecordBatch[]) => void | Promise<void>;
    behind: (batch: RecordBatch) => number;
    recordsMax: number;
  }) {
    this.#work = options.work;
    this.#behind = options.behind;
    this.#recordsMax = options.recordsMax;
  }

  /** Resolves when the batch was worked on and is durable; rejects when that failed. */
  take(batch: RecordBatch): Promise<void> {
    return new Promise((done, failed) => {
      if (this.#broken !== undefined) {
        failed(this.#broken.error);
        return;
      }
      this.#waiting.push({ batch, done, failed });
      this.#schedule();
    });
  }

  /** Does something before the next turn, never within one. Resolves when it is done; rejects with what it threw. */
  between(task: () => void): Promise<void> {
    return new Promise((done, failed) => {
      this.#between.push({ task, done, failed });
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => void this.#next());
  }

  /** Never rejects. Until it is done no other turn begins, and nothing is done between. */
  async #next(): Promise<void> {
    this.#doBetween();
    await this.#turn();
    this.#scheduled = false;
    if (this.#waiting.length + this.#between.length > 0) this.#schedule();
  }

  #doBetween(): void {
    const tasks = this.#between;
    this.#between = [];
    for (const { task, done, failed } of tasks) {
      try {
        if (this.#broken !== undefined) throw this.#broken.error;
        task();
        done();
      } catch (error) {
        failed(error);
        this.#break(error);
      }
    }
  }

  #break(error: unknown): void {
    this.#broken ??= { error };
    for (const waiting of this.#waiting) waiting.failed(error);
    this.#waiting = [];
  }

  async #turn(): Promise<void> {
    if (this.#waiting.length === 0) return;
    const ordered = this.#waiting.toSorted((a, b) => this.#behind(a.batch) - this.#behind(b.batch));
    let records = 0;
    let count = 0;
    while (count < ordered.length && (count === 0 || records < this.#recordsMax)) {
      records += ordered[count]?.batch.records.length ?? 0;
      count += 1;
    }
    const chosen = ordered.slice(0, count);
    this.#waiting = ordered.slice(count);
    try {
      await this.#work(chosen.map((waiting) => waiting.batch));
      for (const waiting of chosen) waiting.done();
    } catch (error) {
      for (const waiting of chosen) waiting.failed(error);
      this.#break(error);
    }
  }
}
