import type { Clock } from '../../shared/ports/clock.ts';
import type { Outbox } from '../../shared/ports/outbox.ts';

/** At most this many rows wait to be deleted; one more flushes. After a crash they are published again. */
const rowsMax = 500;
const flushAfterMs = 50;

/** Gathers the rows that were published, so that deleting them costs a transaction now and then, not one each. */
export class DoneRows {
  readonly #outbox: Outbox;
  readonly #clock: Clock;
  readonly #failed: (error: unknown) => void;
  #ids: number[] = [];
  #scheduled = false;

  constructor(parts: { outbox: Outbox; clock: Clock; failed: (error: unknown) => void }) {
    this.#outbox = parts.outbox;
    this.#clock = parts.clock;
    this.#failed = parts.failed;
  }

  get size(): number {
    return this.#ids.length;
  }

  add(ids: readonly number[], signal: AbortSignal): void {
    this.#ids.push(...ids);
    if (this.#ids.length >= rowsMax) this.flush();
    else if (!this.#scheduled) this.#schedule(signal);
  }

  flush(): void {
    if (this.#ids.length === 0) return;
    this.#outbox.delivered(this.#ids);
    this.#ids = [];
  }

  #schedule(signal: AbortSignal): void {
    this.#scheduled = true;
    this.#clock
      .sleep(flushAfterMs, signal)
      .then(() => {
        this.#scheduled = false;
        this.flush();
      })
      .catch(this.#failed);
  }
}
