import type { RecordBatch } from './shared/ports/record-source.ts';

interface Waiting {
  readonly batch: RecordBatch;
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
  readonly #work: (batches: readonly RecordBatch[]) => void;
  readonly #behind: (batch: RecordBatch) => number;
  readonly #recordsMax: number;
  #waiting: Waiting[] = [];
  #scheduled = false;
  #broken: { readonly error: unknown } | undefined;

  /** `behind(batch)`: the event time up to which the batch's partition was read. */
  constructor(options: {
    work: (batches: readonly RecordBatch[]) => void;
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

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#turn();
      if (this.#waiting.length > 0) this.#schedule();
    });
  }

  #turn(): void {
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
      this.#work(chosen.map((waiting) => waiting.batch));
      for (const waiting of chosen) waiting.done();
    } catch (error) {
      this.#broken = { error };
      for (const waiting of ordered) waiting.failed(error);
      this.#waiting = [];
    }
  }
}
