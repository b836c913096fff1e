import type { LogEvent } from '../shared/model/log-event.ts';

/** The events of one partition, as they are read. */
export interface PartitionFeed {
  readonly partition: number;
  readonly batches: AsyncIterator<readonly LogEvent[]>;
}

interface OpenPartition extends PartitionFeed {
  events: readonly LogEvent[];
  next: number;
  /** Greatest event time given so far: how far the partition has come. */
  seenMs: number;
  isEnded: boolean;
}

/** What is done with the merged events. */
export interface MergedEvents {
  /** Called with events before they are merged, and waited for: what has to be known about them takes time. */
  prepare?(events: readonly LogEvent[]): Promise<void>;
  each(event: LogEvent): void;
  /** The partition was read to its end. */
  ended(partition: number): void;
}

/**
 * Gives the events of several partitions, the one furthest behind in event time next: no event comes later than its own
 * partition makes it. Holds one batch a partition.
 */
export async function mergePartitions(feeds: readonly PartitionFeed[], take: MergedEvents): Promise<void> {
  let open = feeds.map(
    (feed): OpenPartition => ({
      ...feed,
      events: [],
      next: 0,
      seenMs: Number.NEGATIVE_INFINITY,
      isEnded: false,
    }),
  );
  while (open.length > 0) {
    for (const partition of open) if (isDrained(partition)) await refill(partition, take);
    for (const { partition, isEnded } of open) if (isEnded) take.ended(partition);
    open = open.filter((partition) => !partition.isEnded);
    takeInOrder(open, take);
  }
}

async function refill(partition: OpenPartition, take: MergedEvents): Promise<void> {
  partition.next = 0;
  do {
    const read = await partition.batches.next();
    partition.isEnded = read.done === true;
    partition.events = read.done === true ? [] : read.value;
  } while (!partition.isEnded && partition.events.length === 0);
  await take.prepare?.(partition.events);
}

const isDrained = (partition: OpenPartition): boolean => partition.next >= partition.events.length;

/** Until one of the partitions needs more events, nothing has to be waited for. */
function takeInOrder(open: readonly OpenPartition[], take: MergedEvents): void {
  while (!open.some(isDrained)) {
    const behind = furthestBehind(open);
    if (behind === undefined) return;
    take.each(takeFrom(behind));
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
