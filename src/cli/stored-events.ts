import { statSync } from 'node:fs';
import { compileDecoder, type Decoder } from '../consume/decode-record.ts';
import type { LogEvent } from '../shared/model/log-event.ts';
import type { SourceConfig } from '../shared/model/source-config.ts';
import { type MergedEvents, mergePartitions } from './merge-partitions.ts';
import { readLines } from './read-lines.ts';
import { type ReplayedEvents, type Unread, unreadShown } from './replayed-events.ts';

/** The events of several files, each a partition of a source: its lines are the records, offsets count from 0. */
export class StoredEvents implements ReplayedEvents {
  readonly partitions: ReplayedEvents['partitions'];
  readonly unread: Unread[] = [];
  readonly #files: readonly string[];
  readonly #source: SourceConfig;
  #unreadCount = 0;

  constructor(files: readonly string[], source: SourceConfig) {
    this.#files = files;
    this.#source = source;
    this.partitions = files.map((_, partition) => ({ topic: source.name, partition }));
  }

  get unreadCount(): number {
    return this.#unreadCount;
  }

  forEach(take: MergedEvents): Promise<void> {
    const feeds = this.#files.map((file, partition) => ({
      partition,
      batches: this.#batches(file, partition),
    }));
    return mergePartitions(feeds, take);
  }

  placeOf({ partition, offset }: { partition: number; offset: number }): Readonly<Record<string, unknown>> {
    return { line: offset + 1, file: this.#files[partition] };
  }

  async close(): Promise<void> {
    // Files are closed as they are read to their ends.
  }

  async *#batches(file: string, partition: number): AsyncGenerator<readonly LogEvent[]> {
    const decoder = compileDecoder(this.#source);
    const changed = file === '-' ? undefined : statSync(file, { throwIfNoEntry: false });
    const timestampMs = Math.floor(changed?.mtimeMs ?? Date.now());
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
    const topic = this.#source.name;
    const record = { topic, partition, offset: line - 1, key: null, value, headers: [], timestampMs };
    const decoded = decoder.decode(record, timestampMs);
    if (decoded.ok) return decoded.value;
    const { reason, detail, events } = decoded.failure;
    this.#unreadCount += 1;
    if (this.unread.length < unreadShown) {
      this.unread.push({ place: `${file}: line ${line}`, reason: `${reason}: ${detail}` });
    }
    return events;
  }
}
