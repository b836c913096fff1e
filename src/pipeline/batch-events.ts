import type { LogEvent } from '../shared/model/log-event.ts';
import type { LogRecord, OutgoingRecord } from '../shared/model/log-record.ts';
import type { DecodedRecord } from './pipeline.ts';

export interface BatchEventsOptions {
  readonly records: readonly LogRecord[];
  /** Records below this offset were worked on already. */
  readonly fromOffset: number;
  readonly decode: (record: LogRecord) => DecodedRecord;
  readonly onDeadLetter: (deadLetter: OutgoingRecord) => void;
}

/**
 * The events of a batch in the order of their arrival. A record is decoded when its turn comes, so that a turn of many
 * records holds the events of one for each batch, and the others die young, which is what the garbage collector is
 * cheapest at.
 */
export class BatchEvents {
  readonly #options: BatchEventsOptions;
  #nextRecord = 0;
  #decoded: readonly LogEvent[] = [];
  #nextDecoded = 0;
  #head: LogEvent | undefined;
  #seenMs = Number.NEGATIVE_INFINITY;
  #passed = 0;

  constructor(options: BatchEventsOptions) {
    this.#options = options;
    this.#head = this.#next();
  }

  /** The event next in line; undefined after the last one. */
  get head(): LogEvent | undefined {
    return this.#head;
  }

  /** The greatest event time up to the head, which counts. */
  get seenMs(): number {
    return this.#seenMs;
  }

  /** How many events have left the line. */
  get passed(): number {
    return this.#passed;
  }

  /** Lets the head leave and the one behind it take its place. */
  pass(): void {
    this.#passed += 1;
    this.#head = this.#next();
  }

  #next(): LogEvent | undefined {
    while (this.#nextDecoded >= this.#decoded.length) {
      const record = this.#options.records[this.#nextRecord];
      if (record === undefined) return undefined;
      this.#nextRecord += 1;
      if (record.offset >= this.#options.fromOffset) this.#decode(record);
    }
    const event = this.#decoded[this.#nextDecoded];
    this.#nextDecoded += 1;
    if (event !== undefined && event.timeMs > this.#seenMs) this.#seenMs = event.timeMs;
    return event;
  }

  #decode(record: LogRecord): void {
    const { events, deadLetter } = this.#options.decode(record);
    this.#decoded = events;
    this.#nextDecoded = 0;
    if (deadLetter !== null) this.#options.onDeadLetter(deadLetter);
  }
}

/**
 * Visits the events of several batches, merged by event time. Within a batch the order of arrival stays (an event counts
 * with the greatest time seen before it), so whether an event is late does not depend on how batches were cut. Of equal
 * times the earlier batch comes first.
 */
export function visitInEventTimeOrder(
  batches: readonly BatchEvents[],
  visit: (event: LogEvent) => void,
): void {
  const open = batches.filter((batch) => batch.head !== undefined);
  for (let at = earliest(open, -1); at >= 0; at = earliest(open, -1)) {
    const batch = open[at];
    const rivalAt = earliest(open, at);
    const rivalMs = open[rivalAt]?.seenMs ?? Number.POSITIVE_INFINITY;
    // As long as it stays the first, the others need not be asked again.
    for (let event = batch?.head; batch !== undefined && event !== undefined; event = batch.head) {
      if (batch.seenMs > rivalMs || (batch.seenMs === rivalMs && rivalAt < at)) break;
      visit(event);
      batch.pass();
    }
    if (batch?.head === undefined) open.splice(at, 1);
  }
}

/** The place of the batch whose head is due first, other than `except`; -1 where there is none. */
function earliest(open: readonly BatchEvents[], except: number): number {
  let found = -1;
  let foundMs = Number.POSITIVE_INFINITY;
  for (let at = 0; at < open.length; at += 1) {
    const seenMs = open[at]?.seenMs ?? Number.POSITIVE_INFINITY;
    if (at === except || (found >= 0 && seenMs >= foundMs)) continue;
    found = at;
    foundMs = seenMs;
  }
  return found;
}
