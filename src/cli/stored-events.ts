import { statSync } from 'node:fs';
import { compileDecoder, type Decoder } from '../consume/decode-record.ts';
import type { LogEvent } from '../shared/model/log-event.ts';
import type { SourceConfig } from '../shared/model/source-config.ts';
import { readLines } from './read-lines.ts';

/** A line that is no event. */
export interface UnreadLine {
  readonly file: string;
  readonly line: number;
  readonly reason: string;
}

/** One file as a partition of a source: its lines are the records, offsets count from 0. */
export interface StoredPartition {
  readonly file: string;
  readonly partition: number;
}

interface OpenPartition extends StoredPartition {
  readonly batches: AsyncIterator<readonly LogEvent[]>;
  events: readonly LogEvent[];
  next: number;
  /** Greatest event time given so far: how far the partition has come. */
  seenMs: number;
  isEnded: boolean;
}

/**
 * Gives the events of several files, each a partition, the one furthest behind in event time next: no event comes
 * later than its own file makes it. `ended` hears of a file that was read to its end.
 */
export class StoredEvents {
  readonly #partitions: OpenPartition[];
  readonly #source: SourceConfig;
  readonly unread: UnreadLine[] = [];
  #unreadCount = 0;

  constructor(files: readonly string[], source: SourceConfig) {
    this.#source = source;
    this.#partitions = files.map((file, partition) => ({
      file,
      partition,
      batches: this.#batches(file, partition),
      events: [],
      next: 0,
      seenMs: Number.NEGATIVE_INFINITY,
      isEnded: false,
    }));
  }

  get partitions(): readonly StoredPartition[] {
    return this.#partitions;
  }

  get unreadCount(): number {
    return this.#unreadCount;
  }

  /** Calls `each` for every event, and `ended` for every partition that was read to its end. */
  async forEach(each: (event: LogEvent) => void, ended: (partition: StoredPartition) => void): Promise<void> {
    let open: readonly OpenPartition[] = this.#partitions;
    while (open.length > 0) {
      for (const partition of open) if (isDrained(partition)) await refill(partition);
      for (const partition of open) if (partition.isEnded) ended(partition);
      open = open.filter((partition) => !partition.isEnded);
      takeInOrder(open, each);
    }
  }

  async *#batches(file: string, partition: number): AsyncGenerator<readonly LogEvent[]> {
    const decoder = compileDecoder(this.#source);
    const timestampMs = file === '-' ? Date.now() : statSync(file).mtimeMs;
    for await (const { firstLine, lines } of readLines(file)) {
      yield lines.flatMap((value, index) =>
        value.length === 0
          ? []
          : this.#decode(decoder, { file, partition, line: firstLine + index, value, timestampMs }),
      );
    }
  }

  #decode(
    decoder: Decoder,
    at: { file: string; partition: number; line: number; value: Buffer; timestampMs: number },
  ): readonly LogEvent[] {
    const { file, partition, line, value, timestampMs } = at;
    const record = {
      topic: this.#source.name,
      partition,
      offset: line - 1,
      key: null,
      value,
      headers: [],
      timestampMs: Math.floor(timestampMs),
    };
    const decoded = decoder.decode(record, record.timestampMs);
    if (decoded.ok) return decoded.value;
    this.#unreadCount += 1;
    // The first ones tell what is wrong with the format; the rest are counted.
    if (this.unread.length < 5)
      this.unread.push({ file, line, reason: `${decoded.failure.reason}: ${decoded.failure.detail}` });
    return decoded.failure.events;
  }
}

async function refill(partition: OpenPartition): Promise<void> {
  partition.next = 0;
  do {
    const read = await partition.batches.next();
    partition.isEnded = read.done === true;
    partition.events = read.done === true ? [] : read.value;
  } while (!partition.isEnded && partition.events.length === 0);
}

const isDrained = (partition: OpenPartition): boolean => partition.next >= partition.events.length;

/** Until one of the partitions needs more lines, nothing has to be waited for. */
function takeInOrder(open: readonly OpenPartition[], each: (event: LogEvent) => void): void {
  while (!open.some(isDrained)) {
    const behind = furthestBehind(open);
    if (behind === undefined) return;
    each(takeFrom(behind));
  }
}

function furthestBehind(open: readonly OpenPartition[]): OpenPartition | undefined {
  let behind: OpenPartition | undefined;
  let behindMs = Number.POSITIVE_INFINITY;
  for (const partition of open) {
    const nextMs = Math.max(partition.seenMs, partition.events[partition.next]?.timeMs ?? 0);
    if (behind === undefined || nextMs < behindMs) [behind, behindMs] = [partition, nextMs];
  }
  return behind;
}

function takeFrom(partition: OpenPartition): LogEvent {
  const event = partition.events[partition.next] as LogEvent;
  partition.next += 1;
  if (event.timeMs > partition.seenMs) partition.seenMs = event.timeMs;
  return event;
}
