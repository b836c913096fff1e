import { randomUUID } from 'node:crypto';
import type { OutgoingRecord } from '../../../src/shared/model/log-record.ts';
import type { RecordSource } from '../../../src/shared/ports/record-source.ts';
import type { CollectingConsumer } from '../../support/collecting-consumer.ts';

export type AppendedRecord = Partial<Omit<OutgoingRecord, 'topic'>>;

/** What the suite needs of an implementation and of the log behind it. */
export interface RecordSourceWorld {
  createTopic(topic: string, partitions: number): Promise<void>;
  append(topic: string, partition: number, records: readonly AppendedRecord[]): Promise<void>;
  /** Removes the records before an offset, as retention does. */
  retire(topic: string, partition: number, beforeOffset: number): Promise<void>;
  /** A source that was not run yet. Sources of one topic come one after the other in a test. */
  source(topics: readonly string[], options?: { maxBatchRecords?: number }): RecordSource;
  close(): Promise<void>;
}

export interface RecordSourceTools {
  world(): RecordSourceWorld;
  newTopic(partitions: number): Promise<string>;
  /** Runs the source, does the work, and stops the source whatever happened. */
  withSource(source: RecordSource, consumer: CollectingConsumer, work: () => Promise<void>): Promise<void>;
}

export const bytes = (text: string): Uint8Array => Buffer.from(text);

/** Records with the values v0, v1, ... */
export const numbered = (count: number, from = 0): AppendedRecord[] =>
  values(count, from).map((value) => ({ value: bytes(value) }));

export const values = (count: number, from = 0): string[] =>
  Array.from({ length: count }, (_, i) => `v${from + i}`);

export function recordSourceTools(world: () => RecordSourceWorld): RecordSourceTools {
  return {
    world,
    async newTopic(partitions) {
      const topic = `source.${randomUUID()}`;
      await world().createTopic(topic, partitions);
      return topic;
    },
    async withSource(source, consumer, work) {
      try {
        await source.run(consumer);
        await work();
      } finally {
        await source.stop();
      }
    },
  };
}
