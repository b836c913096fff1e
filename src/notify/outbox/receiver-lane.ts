import { invariant } from '../../shared/invariant.ts';
import { isoTime } from '../../shared/iso-time.ts';
import type { IncidentNotice } from '../../shared/model/notice.ts';
import type { Digest } from '../../shared/model/notification.ts';
import type { Delivery, DeliveryFailure, Notifier } from '../../shared/ports/notifier.ts';
import type { FailedRow, OutboxRow } from '../../shared/ports/outbox.ts';
import { backOffMs } from '../back-off.ts';
import { chooseRow, type RowChoice, rowsBeside } from '../choose-row.ts';
import type { DigestOptions } from '../digest-pace.ts';
import { deliveryNotices } from './delivery-notices.ts';
import { DigestGate, type GateStep } from './digest-gate.ts';
import { DigestedAlerts } from './digested-alerts.ts';
import { fallbackRows } from './fallback-rows.ts';
import { giveUp } from './give-up.ts';
import { countDelivery, type Lane, type LaneParts, type LaneStep, troubleAfterMs } from './lane.ts';
import { payloadMessage } from './payload-message.ts';
import type { RateLimiter } from './rate-limiter.ts';
import { Reminder } from './reminder.ts';

export interface ReceiverLaneParts extends LaneParts {
  readonly notifier: Notifier;
  readonly limiter: RateLimiter;
  /** Lanes of the receiver that is told instead what this one could not be told; none where it has no fallback. */
  readonly fallbacks: readonly string[];
  /** With a fallback: how long the receiver may fail before what waits for it is told there. */
  readonly fallbackAfterMs: number;
  /** For receivers who are people, and their pagers: when they are told in digests. Programs are told of each. */
  readonly digests?: DigestOptions;
  /** There are rows in other lanes. */
  wakeOthers(): void;
}

/** Rows that need not be told, dropped in one transaction. */
const dropRows = 200;

/** How far behind a message that stepped aside is looked for one that may go. */
const lookAhead = 100;

/** Messages whose first failure is remembered; at the bound the oldest starts its age anew. */
const failingMax = 1_000;

const open: GateStep = { kind: 'open' };

type Failure = Exclude<Delivery, { kind: 'delivered' }>;

/**
 * Sends one receiver's messages one at a time, no faster than the receiver likes, and tries again with growing pauses.
 * A message leaves the outbox as soon as it was taken, so that a crash repeats one message at most.
 */
export class ReceiverLane implements Lane {
  readonly name: string;
  readonly #parts: ReceiverLaneParts;
  readonly #gate: DigestGate | null;
  readonly #alerts: DigestedAlerts | null;
  readonly #reminder = new Reminder();
  readonly #failingSince = new Map<number, number>();
  /** Messages that failed since one was taken; two are enough to know that it is not the message. */
  readonly #failing = new Set<number>();
  #failures = 0;
  /** When the receiver failed first since it took a message. */
  #downSinceMs: number | null = null;

  constructor(name: string, parts: ReceiverLaneParts) {
    this.name = name;
    this.#parts = parts;
    const { digests: options, notifier, outbox } = parts;
    const alerts = notifier.keepsAlerts === true ? new DigestedAlerts(name, outbox) : null;
    const nowMs = parts.clock.nowMs();
    this.#alerts = alerts;
    this.#gate = options === undefined ? null : new DigestGate(name, { ...parts, options, alerts, nowMs });
  }

  async step(signal: AbortSignal): Promise<LaneStep> {
    const { clock, limiter } = this.#parts;
    const gate = this.#gate?.next(clock.nowMs()) ?? open;
    if (gate.kind === 'busy') return { kind: 'progress' };
    const choice = gate.kind === 'open' ? this.#choose() : this.#chooseBeside(gate);
    if (choice.kind !== 'row') return choice;
    if (this.#alerts?.isNeedless(choice.row) === true) return this.#dropNeedless(this.#alerts);
    const nowMs = clock.nowMs();
    const pauseMs = limiter.take(nowMs);
    if (pauseMs > 0) return { kind: 'wait', untilMs: nowMs + pauseMs, open: false };
    this.#gate?.begin(choice.row, nowMs);
    const delivery = withEarlier(choice.row, await this.#send(choice.row, signal));
    limiter.answered(clock.nowMs());
    if (delivery.kind === 'retry' && delivery.hasNotArrived === true) this.#gate?.notArrived(choice.row);
    if (delivery.kind === 'delivered') return this.#delivered(choice.row);
    // Stopped in the middle: the row stays as it was, and the next start tries it first.
    if (signal.aborted) return { kind: 'empty' };
    return delivery.kind === 'retry'
      ? this.#retry(choice.row, delivery)
      : this.#rejected(choice.row, delivery);
  }

  /** Nearly always the first row decides; those behind it are looked at only when it stepped aside. */
  #choose(): RowChoice {
    const { outbox, clock, limits } = this.#parts;
    const now = { nowMs: clock.nowMs(), asideAfter: limits.asideAfter };
    const first = chooseRow(outbox.peek(this.name, 1), now);
    return first.kind === 'wait' && first.open ? chooseRow(outbox.peek(this.name, lookAhead), now) : first;
  }

  /** While a digest is being gathered: what is not part of it, else nothing before its time. */
  #chooseBeside({ untilMs, isHeld }: Extract<GateStep, { kind: 'gathering' }>): RowChoice {
    const { outbox, clock, limits } = this.#parts;
    const first = outbox.peek(this.name, lookAhead);
    const isInOrder = this.#alerts !== null;
    const rows = isInOrder ? rowsBeside(first, isHeld) : first.filter((row) => !isHeld(row));
    const choice = chooseRow(rows, { nowMs: clock.nowMs(), asideAfter: limits.asideAfter });
    if (choice.kind === 'row') return choice;
    const until = choice.kind === 'wait' ? Math.min(choice.untilMs, untilMs) : untilMs;
    return { kind: 'wait', untilMs: until, open: choice.kind === 'empty' || choice.open };
  }

  /** All that nobody needs to be told among the first, at once: a storm's aftermath keeps nothing waiting. */
  #dropNeedless(alerts: DigestedAlerts): LaneStep {
    const { outbox, clock, metrics } = this.#parts;
    const { ids, notices } = alerts.needless(outbox.peek(this.name, dropRows), isoTime(clock.nowMs()));
    outbox.delivered(ids, notices);
    countDelivery(metrics, { lane: this.name, outcome: 'not-needed', by: ids.length });
    return { kind: 'progress' };
  }

  async #send({ payload }: OutboxRow, signal: AbortSignal): Promise<Delivery> {
    const message = payloadMessage(payload);
    invariant(message !== null, 'a receiver lane holds messages');
    try {
      return await this.#parts.notifier.notify(message, signal);
    } catch (error) {
      // A bug that one incident provokes must not keep all others from being told, at every start again.
      this.#parts.log.error('a notifier broke (a bug in tocsin)', { lane: this.name, error });
      return { kind: 'rejected', reason: 'client', detail: 'a bug in tocsin: see the log' };
    }
  }

  #delivered(row: OutboxRow): LaneStep {
    const { outbox, clock, log, metrics } = this.#parts;
    const at = isoTime(clock.nowMs());
    const notices = row.attempts === 0 ? this.#alerts?.byItself(row, at) : this.#noticesOf(row, 'delivered');
    outbox.delivered([row.id], notices);
    this.#failures = 0;
    this.#downSinceMs = null;
    this.#failing.clear();
    this.#failingSince.delete(row.id);
    const awayMs = this.#reminder.over(clock.nowMs());
    if (awayMs !== null) log.info('the receiver takes messages again', { lane: this.name, awayMs });
    countDelivery(metrics, { lane: this.name, outcome: 'delivered' });
    if (row.payload.kind === 'digest') this.#toldInDigest(row.payload.digest);
    return { kind: 'progress' };
  }

  #toldInDigest({ cause, total }: Digest): void {
    const { metrics, log } = this.#parts;
    metrics.count('tocsin_digests_total', { lane: this.name, cause });
    if (cause !== 'grouped')
      log.info('messages were told in one digest', { lane: this.name, messages: total, cause });
  }

  #retry(row: OutboxRow, { reason, detail, ...failure }: Failure): LaneStep {
    const { outbox, clock, log, metrics, random, limits } = this.#parts;
    const nowMs = clock.nowMs();
    this.#downSinceMs ??= nowMs;
    const downMs = nowMs - this.#downSinceMs;
    if (downMs >= troubleAfterMs) this.#parts.trouble({ lane: this.name, givenUp: 0, downMs, detail });
    if (this.#isOver(row, { nowMs, counts: reason !== 'rate-limited' })) {
      const failed = { reason: 'gave-up', detail: `${row.attempts + 1} attempts: ${detail}` } as const;
      return this.#giveUp(row, failed, reason);
    }
    this.#failures += 1;
    const after = 'afterMs' in failure && failure.afterMs !== undefined ? { afterMs: failure.afterMs } : {};
    const waitMs = (failures: number): number =>
      backOffMs(limits.receiverBackOff, { failures, random: random(), ...after });
    const untilMs = nowMs + waitMs(Math.max(this.#failures, row.attempts + 1));
    const told = 'told' in failure && failure.told !== undefined ? { told: failure.told } : {};
    const unsent =
      'hasNotArrived' in failure && failure.hasNotArrived ? ({ hasNotArrived: true } as const) : {};
    // Said once of each message, so that an outage of days is no more to read than one of minutes.
    const notices = row.attempts === 0 ? this.#noticesOf(row, 'not-taken', detail) : [];
    outbox.retryAt(row.id, { dueMs: untilMs, reason, detail, ...told, ...unsent, notices });
    countDelivery(metrics, { lane: this.name, outcome: 'retried', reason });
    if (this.#reminder.isDue(nowMs)) {
      log.warn('waiting for a receiver to take messages', {
        lane: this.name,
        reason,
        detail,
        attempts: row.attempts + 1,
      });
    }
    return { kind: 'wait', untilMs: nowMs + waitMs(this.#failuresOfLane(row)), open: false };
  }

  /**
   * How often the lane failed, for its own pause. Where only one message failed, again and again, it may be that message
   * and not the receiver: once it steps aside, the next is tried soon, and tells.
   */
  #failuresOfLane(row: OutboxRow): number {
    if (this.#failing.size < 2) this.#failing.add(row.id);
    const isAside = row.attempts + 1 >= this.#parts.limits.asideAfter;
    return isAside && this.#failing.size === 1 ? 1 : this.#failures;
  }

  #rejected(row: OutboxRow, { reason, detail }: Failure): LaneStep {
    this.#failingSince.delete(row.id);
    return this.#giveUp(row, { reason, detail }, reason);
  }

  /** Sets the message aside, and has the fallback told of it. */
  #giveUp(row: OutboxRow, failed: Omit<FailedRow, 'id'>, failure: DeliveryFailure): LaneStep {
    const { fallbacks, wakeOthers } = this.#parts;
    const instead = fallbackRows(row, { lanes: fallbacks, detail: failed.detail });
    giveUp(this.#parts, { lane: this.name, rows: [{ row, ...failed, instead }], failure });
    if (instead.length > 0) wakeOthers();
    return { kind: 'progress' };
  }

  /** What the incidents of a message keep of an attempt. */
  #noticesOf(row: OutboxRow, reason: 'not-taken' | 'delivered', said = ''): IncidentNotice[] {
    const isTold = reason === 'delivered';
    const detail = isTold ? `after ${row.attempts + 1} attempts` : `${said}; it is tried again`;
    return deliveryNotices(row, { at: isoTime(this.#parts.clock.nowMs()), told: isTold, reason, detail });
  }

  #isOver(row: OutboxRow, { nowMs, counts }: { nowMs: number; counts: boolean }): boolean {
    const { maxAttempts, maxAgeMs } = this.#parts.limits;
    const sinceMs = this.#failingSince.get(row.id) ?? nowMs;
    const isOver =
      (counts && row.attempts + 1 >= maxAttempts) ||
      nowMs - sinceMs >= maxAgeMs ||
      this.#isFallbackDue(nowMs);
    if (isOver) this.#failingSince.delete(row.id);
    else this.#remember(row.id, sinceMs);
    return isOver;
  }

  /**
   * Somebody else can be told, so nobody waits a day: once the receiver has failed for that long, each message that it
   * fails to take goes to the fallback at once, until it takes one again.
   */
  #isFallbackDue(nowMs: number): boolean {
    const { fallbacks, fallbackAfterMs } = this.#parts;
    return fallbacks.length > 0 && nowMs - (this.#downSinceMs ?? nowMs) >= fallbackAfterMs;
  }

  #remember(id: number, sinceMs: number): void {
    this.#failingSince.set(id, sinceMs);
    const [oldest] = this.#failingSince.keys();
    if (this.#failingSince.size > failingMax && oldest !== undefined) this.#failingSince.delete(oldest);
  }
}

/** An attempt before this one may have arrived, whatever is known of this one: then the message keeps its id, and goes into no digest. */
function withEarlier(row: OutboxRow, delivery: Delivery): Delivery {
  if (delivery.kind !== 'retry' || delivery.hasNotArrived === undefined || !row.mayHaveArrived)
    return delivery;
  const { hasNotArrived: _, ...retry } = delivery;
  return retry;
}
