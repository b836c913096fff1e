import { partitionName } from '../../shared/model/position.ts';
import {
  advance,
  type PartitionClock,
  type SourceClock,
  type SourceTiming,
  settleStale,
} from './source-clock.ts';

/** A partition as assigned: `caughtUp` when nothing in it is left to be read. */
export interface AssignedClock {
  readonly topic: string;
  readonly partition: number;
  readonly caughtUp: boolean;
}

export interface Observation {
  readonly source: string;
  readonly topic: string;
  readonly partition: number;
  readonly timeMs: number;
  /** The wall clock; null in a replay, where no time is ever ahead. */
  readonly nowMs: number | null;
}

export interface PartitionReport {
  readonly source: string;
  readonly topic: string;
  readonly partition: number;
  /** True when the partition was read to its end. */
  readonly caughtUp: boolean;
  readonly nowMs: number | null;
}

export interface Assignment {
  readonly source: string;
  /** The whole list of the partitions of the source that are read from now on. */
  readonly partitions: readonly AssignedClock[];
  readonly nowMs: number | null;
}

/** What must survive a restart: the greatest event time of each partition, the watermark of each source. */
export interface StoredWatermarks {
  readonly partitions: readonly {
    readonly topic: string;
    readonly partition: number;
    readonly maxEventMs: number | null;
  }[];
  /** Sources that have none yet are left out. */
  readonly watermarks: Readonly<Record<string, number>>;
}

/**
 * The watermark of each source: no events older than it are expected. It is the least over the source's active
 * partitions of the greatest event time seen less the lateness, and never goes back. A partition with a backlog that
 * was not read yet holds it at -Infinity, and so does not knowing yet what is assigned; one read to its end and silent for `idleAfterMs` does not hold it; when all
 * are so, it follows the wall clock less the lateness. Without a wall clock (replay) a partition read to its end does
 * not hold it, and time stands still when all are, until `finish`.
 * Bound: one small object for each partition assigned.
 */
export class Watermarks {
  readonly #sources = new Map<string, SourceClock>();
  /** Greatest event times from before a restart, for partitions not assigned yet. */
  readonly #restored = new Map<string, number>();
  /** Partitions that went to another process: what was read of them before may be worked on yet, and holds back nothing. */
  readonly #gone = new Map<string, PartitionClock>();
  #last: { source: SourceClock; clock: PartitionClock } | undefined;

  constructor(timings: readonly SourceTiming[]) {
    for (const timing of timings)
      this.#sources.set(timing.source, {
        timing,
        partitions: new Map(),
        watermarkMs: Number.NEGATIVE_INFINITY,
        holder: undefined,
        isStale: true,
        isAssigned: false,
        nowMs: null,
      });
  }

  /** Partitions that stay keep what is known of them. */
  assigned({ source, partitions, nowMs }: Assignment): void {
    const clock = this.#source(source);
    settleStale(clock);
    clock.isAssigned = true;
    const before = new Map(clock.partitions);
    clock.partitions.clear();
    for (const { topic, partition, caughtUp } of partitions) {
      const kept = before.get(partitionName(topic, partition));
      if (kept === undefined) {
        this.#add(clock, { topic, partition, caughtUp, nowMs });
        continue;
      }
      kept.caughtUp = caughtUp;
      clock.partitions.set(partitionName(topic, partition), kept);
    }
    for (const name of clock.partitions.keys()) {
      before.delete(name);
      this.#gone.delete(name);
    }
    for (const [name, gone] of before) this.#gone.set(name, gone);
    this.#last = undefined;
    this.#refresh(clock, nowMs);
  }

  /**
   * Takes in the time of one event, in the order of its partition. A time more than `maxSkewMs` ahead of the wall
   * clock is clamped to that, so that one bad clock does not close every window; the caller counts it.
   */
  observe(event: Observation): { readonly timeMs: number; readonly clamped: boolean } {
    const { source, clock } = this.#clockOf(event);
    const { nowMs } = event;
    let { timeMs } = event;
    if (clock.isIdle) {
      settleStale(source);
      clock.isIdle = false;
      source.isStale = true;
    }
    let clamped = false;
    if (nowMs !== null) {
      clock.lastDataMs = nowMs;
      source.nowMs = nowMs;
      const limitMs = nowMs + source.timing.maxSkewMs;
      clamped = timeMs > limitMs;
      if (clamped) timeMs = limitMs;
    }
    if (timeMs > clock.maxMs) {
      clock.maxMs = timeMs;
      if (clock === source.holder) source.isStale = true;
    }
    return { timeMs, clamped };
  }

  /**
   * Says after each batch whether the partition was read to its end. Returns the greatest (clamped) event time seen
   * in it, which belongs in the batch's transaction; null before the first event.
   */
  progress(report: PartitionReport): number | null {
    const { source, clock } = this.#clockOf(report);
    clock.caughtUp = report.caughtUp;
    this.#refresh(source, report.nowMs);
    return Number.isFinite(clock.maxMs) ? clock.maxMs : null;
  }

  /**
   * Nothing is known of the partitions at this time (the broker is away): their silence does not count, and each has
   * its `idleAfterMs` again from here on.
   */
  hold(nowMs: number): void {
    for (const source of this.#sources.values())
      for (const clock of source.partitions.values()) clock.lastDataMs = nowMs;
  }

  /** Lets the wall clock pass: partitions fall idle, and quiet sources follow it. */
  tick(nowMs: number): void {
    for (const source of this.#sources.values()) this.#refresh(source, nowMs);
  }

  /**
   * Milliseconds; -Infinity before anything is known, Infinity after `finish`. Undefined for a source of which this
   * process reads no partition, while it reads some of others: nothing will come from there, so it holds back nobody.
   */
  watermarkOf(source: string): number | undefined {
    const clock = this.#source(source);
    settleStale(clock);
    const isUnread = clock.partitions.size === 0 && clock.watermarkMs !== Number.POSITIVE_INFINITY;
    return isUnread && this.#readsAny() ? undefined : clock.watermarkMs;
  }

  /** The input has ended: every watermark is Infinity from now on. For replays, which have no wall clock. */
  finish(): void {
    for (const clock of this.#sources.values()) clock.watermarkMs = Number.POSITIVE_INFINITY;
  }

  /** The greatest event time seen in any partition; -Infinity before the first event. */
  lastEventMs(): number {
    let last = Number.NEGATIVE_INFINITY;
    for (const maxMs of this.#restored.values()) last = Math.max(last, maxMs);
    for (const { maxMs } of this.#gone.values()) last = Math.max(last, maxMs);
    for (const { partitions } of this.#sources.values())
      for (const { maxMs } of partitions.values()) last = Math.max(last, maxMs);
    return last;
  }

  state(): StoredWatermarks {
    const watermarks: [string, number][] = [];
    const partitions: StoredWatermarks['partitions'][number][] = [];
    for (const [source, clock] of this.#sources) {
      settleStale(clock);
      const { watermarkMs } = clock;
      if (Number.isFinite(watermarkMs)) watermarks.push([source, watermarkMs]);
      for (const { topic, partition, maxMs } of clock.partitions.values())
        partitions.push({ topic, partition, maxEventMs: Number.isFinite(maxMs) ? maxMs : null });
    }
    return { partitions, watermarks: Object.fromEntries(watermarks) };
  }

  /** Before anything is assigned: goes on from what `state` said (or the store's positions and watermarks). */
  restore(stored: StoredWatermarks): void {
    for (const { topic, partition, maxEventMs } of stored.partitions)
      if (maxEventMs !== null) this.#restored.set(partitionName(topic, partition), maxEventMs);
    for (const [source, watermarkMs] of Object.entries(stored.watermarks)) {
      // A source that left the configuration has no windows to keep.
      const clock = this.#sources.get(source);
      if (clock !== undefined) clock.watermarkMs = Math.max(clock.watermarkMs, watermarkMs);
    }
  }

  #readsAny(): boolean {
    for (const { partitions } of this.#sources.values()) if (partitions.size > 0) return true;
    return false;
  }

  #source(name: string): SourceClock {
    const clock = this.#sources.get(name);
    if (clock === undefined) throw new Error(`invariant broken (a bug in tocsin): no source named ${name}`);
    return clock;
  }

  /** Batches hold one partition, so the one asked for last is nearly always the one asked for now. */
  #clockOf(at: { readonly source: string; readonly topic: string; readonly partition: number }): {
    source: SourceClock;
    clock: PartitionClock;
  } {
    const last = this.#last;
    if (
      last !== undefined &&
      last.clock.partition === at.partition &&
      last.clock.topic === at.topic &&
      last.source.timing.source === at.source
    )
      return last;
    const source = this.#source(at.source);
    settleStale(source);
    const name = partitionName(at.topic, at.partition);
    const clock =
      source.partitions.get(name) ??
      this.#gone.get(name) ??
      this.#add(source, { topic: at.topic, partition: at.partition, caughtUp: false, nowMs: null });
    this.#last = { source, clock };
    return this.#last;
  }

  #add(source: SourceClock, assigned: AssignedClock & { readonly nowMs: number | null }): PartitionClock {
    const { topic, partition, caughtUp } = assigned;
    const name = partitionName(topic, partition);
    const clock: PartitionClock = {
      topic,
      partition,
      maxMs: this.#gone.get(name)?.maxMs ?? this.#restored.get(name) ?? Number.NEGATIVE_INFINITY,
      caughtUp,
      lastDataMs: assigned.nowMs ?? Number.NEGATIVE_INFINITY,
      isIdle: false,
    };
    source.partitions.set(name, clock);
    source.isStale = true;
    return clock;
  }

  /** Looks anew which partitions are idle, and moves the watermark. */
  #refresh(source: SourceClock, nowMs: number | null): void {
    settleStale(source);
    source.nowMs = nowMs ?? source.nowMs;
    for (const clock of source.partitions.values()) {
      const silentMs = nowMs === null ? Number.POSITIVE_INFINITY : nowMs - clock.lastDataMs;
      clock.isIdle = clock.caughtUp && silentMs >= source.timing.idleAfterMs;
    }
    advance(source);
  }
}
