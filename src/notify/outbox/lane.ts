import type { Undelivered } from '../../shared/model/undelivered.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { Log } from '../../shared/ports/log.ts';
import type { Metrics } from '../../shared/ports/metrics.ts';
import type { Outbox } from '../../shared/ports/outbox.ts';
import type { BackOff } from '../back-off.ts';

/** What a lane did with its turn. */
export type LaneStep =
  | { readonly kind: 'progress' }
  /** Nothing waits; `againMs`: there is something to do then that need not be done before a stop. */
  | { readonly kind: 'empty'; readonly againMs?: number }
  /** Nothing can be done before; `open`: unless a new row comes. */
  | {
      readonly kind: 'wait';
      readonly untilMs: number;
      readonly open: boolean;
      readonly againMs?: number;
    };

/** Delivers the rows of one lane. `step` does a bounded piece of work; expected failures are in what it returns. */
export interface Lane {
  readonly name: string;
  step(signal: AbortSignal): Promise<LaneStep>;
}

export interface DeliveryLimits {
  /** Rows in one publish. */
  readonly topicRows: number;
  /** Bytes in one publish, below the 1 MB that brokers take for a batch by default. One row may be larger. */
  readonly topicBytes: number;
  readonly topicBackOff: BackOff;
  readonly receiverBackOff: BackOff;
  /** A notification is given up after this many failures (rate limits not counted), or */
  readonly maxAttempts: number;
  /** when it has failed for this long in this process. */
  readonly maxAgeMs: number;
  /** A notification that failed this often no longer holds up those behind it. */
  readonly asideAfter: number;
}

export const deliveryLimits: DeliveryLimits = {
  topicRows: 500,
  topicBytes: 900_000,
  topicBackOff: { baseMs: 250, capMs: 15_000, afterCapMs: 60_000 },
  receiverBackOff: { baseMs: 1_000, capMs: 300_000, afterCapMs: 3_600_000 },
  // About a day at the longest back-off.
  maxAttempts: 400,
  maxAgeMs: 86_400_000,
  asideAfter: 10,
};

/** A receiver that has failed for so long is worth an incident of tocsin's own. */
export const troubleAfterMs = 900_000;

/** What every lane works with. */
export interface LaneParts {
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** In [0, 1). */
  readonly random: () => number;
  readonly limits: DeliveryLimits;
  /** Hears of what is not delivered: tocsin opens an incident of its own about it. */
  trouble(trouble: Undelivered): void;
}

/** `gave-up` and `retried` come with the reason of the failure, `delivered` with none. */
export function countDelivery(
  metrics: Metrics,
  { lane, outcome, reason = 'none', by = 1 }: { lane: string; outcome: string; reason?: string; by?: number },
): void {
  metrics.count('tocsin_deliveries_total', { lane, outcome, reason }, by);
}
