import type { LogEvent } from '../../shared/model/log-event.ts';

/** The events of the matches that a batch appended, by their numbers in the slab. Bound: one batch. */
export class AppendedEvents {
  #ids: number[] = [];
  #events: LogEvent[] = [];
  /** Made when first asked: most batches come in order, and nobody asks. */
  #known: Map<number, LogEvent> | undefined;

  add(id: number, event: LogEvent): void {
    this.#ids.push(id);
    this.#events.push(event);
  }

  of(id: number): LogEvent | null {
    this.#known ??= new Map(this.#ids.map((each, index) => [each, this.#events[index] as LogEvent]));
    return this.#known.get(id) ?? null;
  }

  clear(): void {
    this.#ids = [];
    this.#events = [];
    this.#known = undefined;
  }
}
