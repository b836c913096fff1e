import type { Engine, EngineOutcome, EngineRules, TurnWorld } from '../engine/engine.ts';
import { invariant } from '../shared/invariant.ts';
import type { IncidentChange } from '../shared/model/incident-change.ts';
import type { LogEvent } from '../shared/model/log-event.ts';
import type { LogRecord, OutgoingRecord } from '../shared/model/log-record.ts';
import { partitionName } from '../shared/model/position.ts';
import type { MetBound } from '../shared/model/telling-bound.ts';
import type { Undelivered } from '../shared/model/undelivered.ts';
import type { AnsweredAction } from '../shared/ports/action-queue.ts';
import type { Clock } from '../shared/ports/clock.ts';
import type { Metrics } from '../shared/ports/metrics.ts';
import type { NewOutboxRow } from '../shared/ports/outbox.ts';
import type {
  AssignedPartition,
  RecordBatch,
  RecordConsumer,
  RecordGap,
} from '../shared/ports/record-source.ts';
import type { PartitionProgress, Store, StoredState } from '../shared/ports/store.ts';
import { actOnAsked, nextRound } from './act-on-asked.ts';
import { BatchEvents, type BatchEventsOptions, visitInEventTimeOrder } from './batch-events.ts';
import { countActions, countOutcome } from './count-outcome.ts';
import type { OutboxPlan } from './plan-outbox.ts';
import { Turns } from './turns.ts';

/** What decoding made of one record: events, and the dead letter that tells what could not be decoded. */
export interface DecodedRecord {
  readonly events: readonly LogEvent[];
  readonly deadLetter: OutgoingRecord | null;
}

/** Decodes records by the source that their topic belongs to. */
export interface Decoders {
  /** Never throws. */
  decode(record: LogRecord, nowMs: number): DecodedRecord;
  /** Undefined for a topic that no source reads: a pattern may reach further than what is meant. */
  sourceOf(topic: string): string | undefined;
}

export interface PipelineParts {
  readonly engine: Engine;
  readonly store: Store;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly decoders: Decoders;
  /** Everything that is to be told about what changed: topics, receivers, remediation. */
  plan(outcome: EngineOutcome, nowMs: number): OutboxPlan;
  /** What did not get to those who are told, since it was last asked; left out where nothing is delivered. */
  undelivered?(): readonly Undelivered[];
  /** Called after each transaction, with what it made durable. */
  committed(result: { changes: readonly IncidentChange[]; hasOutbox: boolean }): void;
  onGap(gap: RecordGap): void;
  onFailure(error: Error): void;
}

/** What goes into a transaction beside what the engine made. */
interface Written {
  readonly deadLetters: readonly OutgoingRecord[];
  readonly answers: readonly AnsweredAction[];
}

/** A turn holds at most about this many records: some 50 ms of work, one transaction. */
const recordsPerTurn = 10_000;

/**
 * The data's path, one turn at a time: records -> events -> matches -> windows -> incidents, all in memory, then ONE
 * transaction, and only then is anything told or a position given to the broker. A crash anywhere replays whole
 * batches; a record below its partition's position was worked on and is passed over.
 */
export class Pipeline implements RecordConsumer {
  readonly #parts: PipelineParts;
  readonly #turns: Turns;
  readonly #progress = new Map<string, PartitionProgress>();
  readonly #incomplete = new Map<string, PartitionProgress>();
  /** Sources that have, or had, partitions to be read here. */
  readonly #assigned = new Set<string>();
  /** Since the last commit, which takes them along: one for each partition, as a rule. */
  #gaps: RecordGap[] = [];
  /** Of what is told, since the last commit: the next one makes incidents of them. */
  #bounds: MetBound[] = [];

  constructor(parts: PipelineParts) {
    this.#parts = parts;
    this.#turns = new Turns({
      work: (batches) => this.#work(batches),
      behind: (batch) => this.#at(batch)?.maxEventMs ?? Number.NEGATIVE_INFINITY,
      recordsMax: recordsPerTurn,
    });
  }

  restore(stored: StoredState): void {
    for (const progress of stored.positions)
      this.#progress.set(partitionName(progress.topic, progress.partition), progress);
    this.#parts.engine.restore(stored);
  }

  position(topic: string, partition: number): number | undefined {
    return this.#progress.get(partitionName(topic, partition))?.nextOffset;
  }

  assigned(partitions: readonly AssignedPartition[]): void {
    const { engine, clock } = this.#parts;
    const nowMs = clock.nowMs();
    const bySource = Map.groupBy(partitions, (partition) => this.#parts.decoders.sourceOf(partition.topic));
    for (const source of new Set([...this.#assigned, ...bySource.keys()])) {
      if (source === undefined) continue;
      this.#assigned.add(source);
      // None are left of a source whose partitions all went elsewhere: it must not be waited for.
      const states = (bySource.get(source) ?? []).map(({ topic, partition, earliestOffset, endOffset }) => ({
        topic,
        partition,
        caughtUp: (this.position(topic, partition) ?? earliestOffset) >= endOffset,
      }));
      engine.watermarks.assigned({ source, partitions: states, nowMs });
    }
  }

  async process(batch: RecordBatch): Promise<void> {
    if (this.#parts.decoders.sourceOf(batch.topic) !== undefined) await this.#turns.take(batch);
  }

  gap(gap: RecordGap): void {
    const { topic, partition, expectedOffset, foundOffset } = gap;
    this.#parts.metrics.count(
      'tocsin_records_lost_total',
      { topic },
      Math.max(0, foundOffset - expectedOffset),
    );
    // A log that begins before our position is another log (created anew): what we know of the old one does not count.
    const known = this.#progress.get(partitionName(topic, partition));
    if (foundOffset < expectedOffset && known !== undefined) {
      this.#progress.set(partitionName(topic, partition), { ...known, nextOffset: foundOffset });
    }
    this.#gaps.push(gap);
    this.#parts.onGap(gap);
  }

  failed(error: Error): void {
    this.#parts.onFailure(error);
  }

  /**
   * Lets time pass on quiet topics: watermarks follow the wall clock, incidents resolve. Call about twice a second.
   * `isCurrent`: the log answers, so silence means that nothing happens; else no time passes.
   */
  tick(isCurrent: boolean): void {
    const { watermarks } = this.#parts.engine;
    if (isCurrent) watermarks.tick(this.#parts.clock.nowMs());
    else watermarks.hold(this.#parts.clock.nowMs());
    this.#commit([], { heard: [], isCurrent });
  }

  /**
   * Puts other rules in the place of those that run, between two turns, and commits what that ends: windows of rules
   * that changed, incidents of rules that are gone. `swapped` is called in the same moment, for whatever else must know.
   */
  replaceRules(rules: EngineRules, swapped: () => void): Promise<void> {
    return this.#turns.between(() => {
      this.#parts.engine.replaceRules(rules);
      swapped();
      this.#commit([], { heard: [], isCurrent: true });
    });
  }

  /**
   * Does what persons have asked for, each once, in transactions of its own: what they did is told like all else. Costs
   * a look at the queue, so call it when others have written the state, and at the start.
   */
  act(): void {
    const { engine, store, clock, metrics } = this.#parts;
    for (let round = nextRound(store); round.length > 0; round = nextRound(store)) {
      const { outcome, answers } = actOnAsked(round, { engine, store, nowMs: clock.nowMs() });
      countActions(round, { metrics, answers });
      this.#write(outcome, { deadLetters: [], answers });
    }
  }

  #at(batch: RecordBatch): PartitionProgress | undefined {
    return this.#progress.get(partitionName(batch.topic, batch.partition));
  }

  #sourceOf(batch: RecordBatch): string {
    const source = this.#parts.decoders.sourceOf(batch.topic);
    invariant(source !== undefined, `a batch of ${batch.topic}, which no source reads, was given a turn`);
    return source;
  }

  #work(batches: readonly RecordBatch[]): void | Promise<void> {
    const { engine, clock, decoders } = this.#parts;
    if (engine.asksFacts) return this.#prepareAndFold(batches);
    const nowMs = clock.nowMs();
    this.#fold(batches, (record) => decoders.decode(record, nowMs));
  }

  /** Own facts take time, so they are asked before anything is folded: about all events of the turn, which are held for it. */
  async #prepareAndFold(batches: readonly RecordBatch[]): Promise<void> {
    const { engine, clock, decoders } = this.#parts;
    const nowMs = clock.nowMs();
    const decoded = new Map<LogRecord, DecodedRecord>();
    for (const batch of batches)
      for (const record of batch.records)
        if (record.offset >= (this.#at(batch)?.nextOffset ?? 0))
          decoded.set(record, decoders.decode(record, nowMs));
    await engine.prepare([...decoded.values()].flatMap(({ events }) => events));
    this.#fold(batches, (record) => decoded.get(record) ?? decoders.decode(record, nowMs));
  }

  #fold(batches: readonly RecordBatch[], decode: (record: LogRecord) => DecodedRecord): void {
    const nowMs = this.#parts.clock.nowMs();
    const deadLetters: OutgoingRecord[] = [];
    const lines = batches.map((batch) => this.#eventsOf(batch, { decode, deadLetters }));
    visitInEventTimeOrder(lines, (event) => this.#parts.engine.observe(event, nowMs));
    for (const [index, batch] of batches.entries()) {
      this.#countRead(batch, lines[index]?.passed ?? 0);
      this.#advance(batch, nowMs);
    }
    const heard = new Set(batches.map((batch) => this.#sourceOf(batch)));
    this.#commit(deadLetters, { heard: [...heard], isCurrent: true });
  }

  #eventsOf(
    batch: RecordBatch,
    { decode, deadLetters }: Pick<BatchEventsOptions, 'decode'> & { deadLetters: OutgoingRecord[] },
  ): BatchEvents {
    return new BatchEvents({
      records: batch.records,
      fromOffset: this.#at(batch)?.nextOffset ?? 0,
      decode,
      onDeadLetter: (deadLetter) => deadLetters.push(deadLetter),
    });
  }

  #countRead(batch: RecordBatch, events: number): void {
    const labels = { source: this.#sourceOf(batch) };
    this.#parts.metrics.count('tocsin_records_total', labels, batch.records.length);
    this.#parts.metrics.count('tocsin_events_total', labels, events);
  }

  #advance(batch: RecordBatch, nowMs: number): void {
    const { topic, partition } = batch;
    const source = this.#sourceOf(batch);
    const caughtUp = batch.nextOffset >= batch.endOffset;
    const maxEventMs = this.#parts.engine.watermarks.progress({ source, topic, partition, caughtUp, nowMs });
    const nextOffset = Math.max(batch.nextOffset, this.#at(batch)?.nextOffset ?? 0);
    const progress = { topic, partition, nextOffset, maxEventMs };
    this.#progress.set(partitionName(topic, partition), progress);
    this.#incomplete.set(partitionName(topic, partition), progress);
  }

  #commit(deadLetters: readonly OutgoingRecord[], world: Pick<TurnWorld, 'heard' | 'isCurrent'>): void {
    const { engine, clock } = this.#parts;
    const undelivered = this.#parts.undelivered?.() ?? [];
    const met = { gaps: this.#gaps, bounds: this.#bounds, undelivered };
    const outcome = engine.settle({ ...world, nowMs: clock.nowMs(), ...met });
    this.#gaps = [];
    this.#bounds = [];
    this.#write(outcome, { deadLetters, answers: [] });
  }

  /** The one transaction; nothing where there is nothing to write. */
  #write(outcome: EngineOutcome, { deadLetters, answers }: Written): void {
    const { engine, store, metrics } = this.#parts;
    const { outbox: planned, telling, bounds } = this.#parts.plan(outcome, this.#parts.clock.nowMs());
    this.#bounds.push(...(bounds ?? []));
    const outbox = [...deadLetters.map(asDeadLetterRow), ...planned];
    const positions = [...this.#incomplete.values()];
    countOutcome(outcome, { metrics, deadLetters: deadLetters.length, ...engine.takeCounts() });
    const isIdle =
      positions.length === 0 &&
      outbox.length === 0 &&
      telling === undefined &&
      answers.length === 0 &&
      outcome.stored.length === 0 &&
      outcome.windowDelta === null &&
      outcome.eventIds === undefined;
    if (isIdle) return;
    const startedMs = this.#parts.clock.nowMs();
    store.commit(
      {
        positions,
        watermarks: outcome.watermarks,
        windowDelta: outcome.windowDelta,
        incidents: outcome.stored,
        outbox,
        ...(telling === undefined ? {} : { telling }),
        ...(outcome.eventIds === undefined ? {} : { eventIds: outcome.eventIds }),
        ...(answers.length === 0 ? {} : { answers }),
      },
      (shard) => engine.snapshot(shard),
    );
    this.#incomplete.clear();
    metrics.observe('tocsin_commit_seconds', (this.#parts.clock.nowMs() - startedMs) / 1000);
    this.#parts.committed({ changes: outcome.changes, hasOutbox: outbox.length > 0 });
  }
}

const asDeadLetterRow = (record: OutgoingRecord): NewOutboxRow => ({
  lane: `topic:${record.topic}`,
  payload: { kind: 'record', record },
});
