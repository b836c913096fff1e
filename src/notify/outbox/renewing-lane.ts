import type { Incident } from '../../shared/model/incident.ts';
import type { Delivery, Notifier } from '../../shared/ports/notifier.ts';
import { backOffMs } from '../back-off.ts';
import type { WhatStands } from '../telling/what-stands.ts';
import { countDelivery, type Lane, type LaneParts, type LaneStep, troubleAfterMs } from './lane.ts';
import type { RateLimiter } from './rate-limiter.ts';
import { Reminder } from './reminder.ts';
import { Renewal } from './renewal.ts';

export interface RenewingLaneParts extends LaneParts {
  readonly name: string;
  readonly renewal: NonNullable<Notifier['renewal']>;
  readonly whatStands: WhatStands;
  readonly limiter: RateLimiter;
}

/**
 * A lane whose receiver forgets what nobody repeats: beside its messages it says again, in time, what stands. That goes
 * by the same hands as the messages, one request after the other, so that nothing that stands no more is said after its end.
 */
export class RenewingLane implements Lane {
  readonly name: string;
  readonly #inner: Lane;
  readonly #parts: RenewingLaneParts;
  readonly #renewal: Renewal;
  readonly #reminder = new Reminder();
  /** Where messages wait for the receiver, so does this. */
  #restUntilMs = 0;
  #failures = 0;
  #downSinceMs: number | null = null;

  constructor(inner: Lane, parts: RenewingLaneParts) {
    this.name = inner.name;
    this.#inner = inner;
    this.#parts = parts;
    this.#renewal = new Renewal(parts, { whatStands: parts.whatStands, nowMs: parts.clock.nowMs() });
  }

  async step(signal: AbortSignal): Promise<LaneStep> {
    const nowMs = this.#parts.clock.nowMs();
    const batch = nowMs < this.#restUntilMs ? [] : this.#renewal.next(nowMs);
    if (batch.length > 0) return this.#renew(batch, signal);
    const step = await this.#inner.step(signal);
    this.#restUntilMs = step.kind === 'wait' && !step.open ? step.untilMs : 0;
    if (step.kind === 'progress') return step;
    return { ...step, againMs: Math.max(this.#renewal.dueMs, this.#restUntilMs) };
  }

  async #renew(batch: readonly Incident[], signal: AbortSignal): Promise<LaneStep> {
    const { clock, limiter } = this.#parts;
    const pauseMs = limiter.take(clock.nowMs());
    if (pauseMs > 0) this.#renewal.putOff(clock.nowMs() + pauseMs);
    else this.#came(await this.#send(batch, signal), batch.length);
    return { kind: 'progress' };
  }

  async #send(batch: readonly Incident[], signal: AbortSignal): Promise<Delivery> {
    try {
      return await this.#parts.renewal.renew(batch, signal);
    } catch (error) {
      this.#parts.log.error('a notifier broke (a bug in tocsin)', { lane: this.name, error });
      return { kind: 'rejected', reason: 'client', detail: 'a bug in tocsin: see the log' };
    }
  }

  /** What came of it. What the receiver refuses is tried with the next round: it was told of all of them before. */
  #came(delivery: Delivery, count: number): void {
    const { clock, metrics } = this.#parts;
    const nowMs = clock.nowMs();
    if (delivery.kind === 'retry') {
      this.#failed(delivery, nowMs);
      return;
    }
    const outcome = delivery.kind === 'delivered' ? 'renewed' : 'not-renewed';
    const reason = delivery.kind === 'delivered' ? {} : { reason: delivery.reason };
    countDelivery(metrics, { lane: this.name, outcome, ...reason, by: count });
    if (this.#renewal.isLate(nowMs)) this.#warn('more incidents stand than can be said again in time', {});
    else if (delivery.kind === 'rejected') this.#warn(notSaid, delivery);
    this.#renewal.said(nowMs);
    this.#failures = 0;
    this.#downSinceMs = null;
  }

  #failed(delivery: Extract<Delivery, { kind: 'retry' }>, nowMs: number): void {
    const { limits, random, metrics, trouble } = this.#parts;
    const { reason, detail, afterMs } = delivery;
    this.#failures += 1;
    this.#downSinceMs ??= nowMs;
    const downMs = nowMs - this.#downSinceMs;
    if (downMs >= troubleAfterMs) trouble({ lane: this.name, givenUp: 0, downMs, detail });
    const after = afterMs === undefined ? {} : { afterMs };
    const pause = { failures: this.#failures, random: random(), ...after };
    this.#renewal.putOff(nowMs + backOffMs(limits.receiverBackOff, pause));
    countDelivery(metrics, { lane: this.name, outcome: 'not-renewed', reason });
    this.#warn(notSaid, delivery);
  }

  #warn(said: string, { reason, detail }: { readonly reason?: string; readonly detail?: string }): void {
    const { clock, log } = this.#parts;
    if (this.#reminder.isDue(clock.nowMs())) log.warn(said, { lane: this.name, reason, detail });
  }
}

const notSaid = 'the receiver was not told again what stands: it may end it by itself';
