import { partitionName } from '../../src/shared/model/position.ts';
import type {
  AssignedPartition,
  RecordBatch,
  RecordConsumer,
  RecordGap,
} from '../../src/shared/ports/record-source.ts';

/** Keeps everything a source tells it, and its own positions as a store would. Fails on batches of a partition that overlap. */
export class CollectingConsumer implements RecordConsumer {
  readonly batches: RecordBatch[] = [];
  readonly gaps: RecordGap[] = [];
  readonly failures: Error[] = [];
  readonly assignments: (readonly AssignedPartition[])[] = [];
  readonly positions: Map<string, number>;
  /** Partitions being worked on, and the most that ever were at the same time. */
  readonly busy = new Set<string>();
  busyMax = 0;
  /** What working on a batch takes; replace it to hold one up or to fail. */
  work: (batch: RecordBatch) => Promise<void> = async () => {};
  #waiting: { readonly isDone: () => boolean; readonly resolve: () => void }[] = [];

  constructor(positions: ReadonlyMap<string, number> = new Map()) {
    this.positions = new Map(positions);
  }

  position(topic: string, partition: number): number | undefined {
    return this.positions.get(partitionName(topic, partition));
  }

  assigned(partitions: readonly AssignedPartition[]): void {
    this.assignments.push(partitions);
    this.#look();
  }

  async process(batch: RecordBatch): Promise<void> {
    const name = partitionName(batch.topic, batch.partition);
    if (this.busy.has(name)) throw new Error(`two batches of ${name} at the same time`);
    this.busy.add(name);
    this.busyMax = Math.max(this.busyMax, this.busy.size);
    this.#look();
    try {
      await this.work(batch);
      this.batches.push(batch);
      this.positions.set(name, batch.nextOffset);
    } finally {
      this.busy.delete(name);
    }
    this.#look();
  }

  gap(gap: RecordGap): void {
    this.gaps.push(gap);
    this.#look();
  }

  failed(error: Error): void {
    this.failures.push(error);
    this.#look();
  }

  /** Resolves as soon as that holds; the test's own limit ends the wait when it never does. */
  until(isDone: () => boolean): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push({ isDone, resolve });
    this.#look();
    return promise;
  }

  /** Values in the order of arrival, by partition. */
  values(topic: string, partition: number): (string | null)[] {
    return this.records(topic, partition).map(({ value }) => value && Buffer.from(value).toString());
  }

  records(topic: string, partition: number) {
    return this.batches
      .filter((batch) => batch.topic === topic && batch.partition === partition)
      .flatMap((batch) => batch.records);
  }

  count(): number {
    return this.batches.reduce((sum, batch) => sum + batch.records.length, 0);
  }

  #look(): void {
    const done = this.#waiting.filter(({ isDone }) => isDone());
    this.#waiting = this.#waiting.filter((waiting) => !done.includes(waiting));
    for (const { resolve } of done) resolve();
  }
}
