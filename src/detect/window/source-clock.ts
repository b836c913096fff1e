/** How time passes in one source. Durations in milliseconds. */
export interface SourceTiming {
  readonly source: string;
  /** How much earlier than the greatest event time seen an event may still come. */
  readonly latenessMs: number;
  /** How long a partition that was read to its end may be silent before it no longer holds the source back. */
  readonly idleAfterMs: number;
  /** How far ahead of the wall clock an event time may be. */
  readonly maxSkewMs: number;
}

/** What is known of time in one partition. */
export interface PartitionClock {
  readonly topic: string;
  readonly partition: number;
  maxMs: number;
  caughtUp: boolean;
  /** The wall clock when it last had data, or was assigned; -Infinity without a wall clock. */
  lastDataMs: number;
  isIdle: boolean;
}

/** What is known of time in one source: its partitions by name, and its watermark. */
export interface SourceClock {
  readonly timing: SourceTiming;
  readonly partitions: Map<string, PartitionClock>;
  watermarkMs: number;
  /** The partition that holds the watermark back: only when it moves must the least be looked for again. */
  holder: PartitionClock | undefined;
  isStale: boolean;
  /** Before it is, a partition that nobody spoke of may have a backlog. */
  isAssigned: boolean;
  nowMs: number | null;
}

/** Moves the watermark as far as it had come before something that may hold it back changes. */
export function settleStale(source: SourceClock): void {
  if (source.isStale) advance(source);
}

/** Finds the least active partition and moves the watermark up to it; up, never back. */
export function advance(source: SourceClock): void {
  source.isStale = false;
  source.holder = undefined;
  for (const clock of source.partitions.values())
    if (!clock.isIdle && (source.holder === undefined || clock.maxMs < source.holder.maxMs))
      source.holder = clock;
  if (source.nowMs !== null && !source.isAssigned) return;
  const { latenessMs } = source.timing;
  const wouldBeMs = source.holder !== undefined ? source.holder.maxMs - latenessMs : quietMs(source);
  if (wouldBeMs > source.watermarkMs) source.watermarkMs = wouldBeMs;
}

/** Where the watermark of a source stands all of whose partitions are idle: by the wall clock, if there is one. */
function quietMs({ partitions, nowMs, timing }: SourceClock): number {
  if (partitions.size === 0) return Number.NEGATIVE_INFINITY;
  let wouldBeMs = nowMs === null ? Number.NEGATIVE_INFINITY : nowMs - timing.latenessMs;
  if (nowMs === null)
    for (const { maxMs } of partitions.values()) wouldBeMs = Math.max(wouldBeMs, maxMs - timing.latenessMs);
  return wouldBeMs;
}
