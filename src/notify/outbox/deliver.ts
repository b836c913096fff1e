import type { OutgoingRecord } from '../../shared/model/log-record.ts';
import type { Undelivered } from '../../shared/model/undelivered.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { Log } from '../../shared/ports/log.ts';
import type { Metrics } from '../../shared/ports/metrics.ts';
import type { Notifier } from '../../shared/ports/notifier.ts';
import type { Outbox } from '../../shared/ports/outbox.ts';
import type { RecordSink } from '../../shared/ports/record-sink.ts';
import type { DigestOptions } from '../digest-pace.ts';
import { withoutEvidence } from '../plan-records.ts';
import { type Channel, defaultRates } from '../receiver.ts';
import type { WhatStands } from '../telling/what-stands.ts';
import { DoneRows } from './done-rows.ts';
import { type DeliveryLimits, deliveryLimits, type Lane, type LaneParts } from './lane.ts';
import { LaneWorker } from './lane-worker.ts';
import { OrphanLane } from './orphan-lane.ts';
import { PublishTurns } from './publish-turns.ts';
import { RateLimiter } from './rate-limiter.ts';
import { ReceiverLane } from './receiver-lane.ts';
import { RenewingLane } from './renewing-lane.ts';
import { TopicLane } from './topic-lane.ts';
import { UndeliveredLanes } from './undelivered-lanes.ts';

export interface DelivererOptions {
  readonly outbox: Outbox;
  readonly sink: RecordSink;
  /** By name: receiver and channel, such as `soc/slack`. */
  readonly notifiers: ReadonlyMap<string, Notifier>;
  /** Messages a second by the same names; the channel's default where one is missing. */
  readonly rates?: ReadonlyMap<string, number>;
  /** What is limited together, by the same names: notifiers of equal value share the rate of the first of them. */
  readonly addresses?: ReadonlyMap<string, string>;
  /** Who is told instead when one of them could not be, by the same names. Must not lead round in a circle. */
  readonly fallbacks?: ReadonlyMap<string, Fallback>;
  /** When the messages of one become digests, by the same names; those of the others never do. */
  readonly digests?: ReadonlyMap<string, DigestOptions>;
  /** For those that are told again and again what stands; without it they are not. */
  readonly whatStands?: WhatStands;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** In [0, 1): spreads retries. */
  readonly random: () => number;
  readonly limits?: Partial<DeliveryLimits>;
  /** The outbox or the sink broke: delivery has ended. Called once. Without it the error ends the process. */
  readonly failed?: (error: unknown) => void;
}

/** Names of notifiers that are told instead, and how long the first may fail before they are. */
export interface Fallback {
  readonly to: readonly string[];
  readonly afterMs: number;
}

const noFallback: Fallback = { to: [], afterMs: 0 };

/**
 * Delivers what stands in the outbox: one worker a lane, each row in order, until its receiver took it or it was given
 * up. At least once: what it carries has a deterministic id. Lanes never wait for each other, except that all topics
 * share one sink.
 */
export class Deliverer {
  readonly #options: DelivererOptions;
  readonly #parts: LaneParts;
  readonly #turns: PublishTurns;
  readonly #done: DoneRows;
  readonly #stopping = new AbortController();
  readonly #workers = new Map<string, { worker: LaneWorker; ended: Promise<void> }>();
  readonly #limiters = new Map<string, RateLimiter>();
  readonly #undelivered = new UndeliveredLanes();
  /** Lanes that have something to do without a row. */
  readonly #renewed: readonly string[];
  #changed: () => void = () => undefined;
  #hasFailed = false;

  constructor(options: DelivererOptions) {
    this.#options = options;
    this.#renewed = [...options.notifiers.values()]
      .filter(({ renewal }) => renewal !== undefined && options.whatStands !== undefined)
      .map(({ name }) => `receiver:${name}`);
    this.#parts = {
      ...options,
      limits: { ...deliveryLimits, ...options.limits },
      trouble: (trouble) => this.#undelivered.add(trouble),
    };
    this.#turns = new PublishTurns(options.sink, options.log);
    this.#done = new DoneRows({ ...options, failed: (error) => this.#fail(error) });
  }

  /** What did not get to whom it was for, since the last call. */
  takeUndelivered(): readonly Undelivered[] {
    return this.#undelivered.take();
  }

  /** There may be new rows: call it at the start and after each commit that wrote some. Returns at once. */
  wake(): void {
    if (this.#stopping.signal.aborted) return;
    for (const lane of new Set([...this.#renewed, ...this.#options.outbox.lanes()])) {
      const existing = this.#workers.get(lane);
      if (existing === undefined) this.#start(lane);
      else existing.worker.wake();
    }
  }

  /**
   * Delivers what can be delivered within the time, then stops; `left` rows stay in the outbox for the next start.
   * Ends early when all is done, or when all that is left waits for a later attempt.
   */
  async drain(timeoutMs: number): Promise<{ left: number }> {
    const { clock, outbox } = this.#options;
    const deadlineMs = clock.nowMs() + timeoutMs;
    this.wake();
    const timeIsUp = new AbortController();
    const rested = new Promise<void>((resolve) => {
      this.#changed = () => {
        const workers = [...this.#workers.values()];
        if (workers.every(({ worker }) => worker.isAtRestUntil(deadlineMs))) resolve();
      };
      this.#changed();
    });
    await Promise.race([rested, clock.sleep(timeoutMs, timeIsUp.signal)]);
    timeIsUp.abort();
    await this.stop();
    return { left: outbox.depth().reduce((sum, { waiting }) => sum + waiting, 0) };
  }

  /** Stops at once: messages under way are broken off and stay in the outbox; a publish under way is waited for. Idempotent. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    for (const { worker } of this.#workers.values()) worker.stop();
    await Promise.all([...this.#workers.values()].map(({ ended }) => ended));
    if (!this.#hasFailed) this.#done.flush();
  }

  #start(name: string): void {
    const worker = new LaneWorker(this.#lane(name), {
      clock: this.#options.clock,
      changed: () => this.#changed(),
    });
    const ended = worker.run().catch((error: unknown) => this.#fail(error));
    this.#workers.set(name, { worker, ended });
  }

  #lane(name: string): Lane {
    if (name.startsWith('topic:')) {
      return new TopicLane(name, { ...this.#parts, turns: this.#turns, done: this.#done, shrink });
    }
    const receiver = name.replace(/^receiver:/, '');
    const notifier = this.#options.notifiers.get(receiver);
    if (notifier === undefined) return new OrphanLane(name, this.#parts);
    const { to, afterMs: fallbackAfterMs } = this.#options.fallbacks?.get(receiver) ?? noFallback;
    const fallbacks = to.map((other) => `receiver:${other}`);
    const wakeOthers = (): void => this.wake();
    const digests = this.#options.digests?.get(receiver);
    const limiter = this.#limiter(receiver);
    const own = {
      ...(digests === undefined ? {} : { digests }),
      notifier,
      limiter,
      fallbacks,
      fallbackAfterMs,
      wakeOthers,
    };
    const lane = new ReceiverLane(name, { ...this.#parts, ...own });
    const { renewal } = notifier;
    const { whatStands } = this.#options;
    if (renewal === undefined || whatStands === undefined) return lane;
    return new RenewingLane(lane, { ...this.#parts, name: receiver, renewal, whatStands, limiter });
  }

  /** One for each address: two receivers that post to one webhook are one poster to it. */
  #limiter(receiver: string): RateLimiter {
    const { addresses, rates, clock } = this.#options;
    const address = addresses?.get(receiver) ?? receiver;
    const known = this.#limiters.get(address);
    if (known !== undefined) return known;
    const channel = receiver.split('/').at(-1) as Channel;
    const limiter = new RateLimiter(rates?.get(receiver) ?? defaultRates[channel] ?? 1, clock.nowMs());
    this.#limiters.set(address, limiter);
    return limiter;
  }

  #fail(error: unknown): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#stopping.abort();
    for (const { worker } of this.#workers.values()) worker.stop();
    const { failed } = this.#options;
    if (failed !== undefined) failed(error);
    else
      queueMicrotask(() => {
        throw error;
      });
  }
}

const utf8 = { encoder: new TextEncoder(), decoder: new TextDecoder() };

const shrink = (record: OutgoingRecord): OutgoingRecord | null =>
  withoutEvidence(record, {
    encode: (text) => utf8.encoder.encode(text),
    decode: (bytes) => utf8.decoder.decode(bytes),
  });
