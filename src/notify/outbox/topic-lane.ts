import { invariant } from '../../shared/invariant.ts';
import type { OutgoingRecord } from '../../shared/model/log-record.ts';
import type { Delivery } from '../../shared/ports/notifier.ts';
import type { OutboxRow } from '../../shared/ports/outbox.ts';
import { backOffMs } from '../back-off.ts';
import type { DoneRows } from './done-rows.ts';
import { giveUp } from './give-up.ts';
import { countDelivery, type Lane, type LaneParts, type LaneStep } from './lane.ts';
import type { PublishTurns } from './publish-turns.ts';

export interface TopicLaneParts extends LaneParts {
  readonly turns: PublishTurns;
  readonly done: DoneRows;
  /** A smaller form of a record that was refused as too large, or null where there is none. */
  readonly shrink: (record: OutgoingRecord) => OutgoingRecord | null;
}

/** Rows published and not yet deleted that a look into the outbox may meet again. */
const doneSeenMax = 64;

/** How many of the next records are tried to tell a bad record from a missing topic. */
const probesMax = 5;

type Failure = Exclude<Delivery, { kind: 'delivered' }>;

/**
 * Publishes the rows of one topic in order, many at a time. Waits for a broker that is away, does not let tocsin in, or
 * has no such topic, for as long as it takes: a record is given up only when it is too large, or when the broker refuses
 * it for good and takes one behind it.
 */
export class TopicLane implements Lane {
  readonly name: string;
  readonly #parts: TopicLaneParts;
  #lastId = Number.NEGATIVE_INFINITY;
  #failures = 0;
  /** Rows up to this id go one by one: among them is one that the broker refused. */
  #aloneUpTo = Number.NEGATIVE_INFINITY;

  constructor(name: string, parts: TopicLaneParts) {
    this.name = name;
    this.#parts = parts;
  }

  async step(signal: AbortSignal): Promise<LaneStep> {
    const { clock, limits } = this.#parts;
    const rows = this.#next();
    const [head] = rows;
    if (head === undefined) return { kind: 'empty' };
    if (head.dueMs > clock.nowMs()) return { kind: 'wait', untilMs: head.dueMs, open: false };
    const batch = head.id <= this.#aloneUpTo ? [head] : withinBytes(rows, limits.topicBytes);
    const delivery = await this.#parts.turns.publish(batch.map(recordOf));
    if (delivery.kind === 'delivered') return this.#delivered(batch, signal);
    if (delivery.kind === 'retry' || delivery.reason === 'auth') return this.#retry(head, delivery);
    if (batch.length === 1) return this.#refused(head, delivery, signal);
    this.#aloneUpTo = batch.at(-1)?.id ?? head.id;
    return { kind: 'progress' };
  }

  /** The rows after those already published, which may still stand in the outbox. */
  #next(): readonly OutboxRow[] {
    const { outbox, done, limits } = this.#parts;
    if (done.size > doneSeenMax) done.flush();
    const rows = outbox.peek(this.name, limits.topicRows + done.size);
    const news = rows.filter((row) => row.id > this.#lastId).slice(0, limits.topicRows);
    if (news.length > 0 || rows.length === 0) return news;
    // All that was seen is done: whatever stands behind it comes into view once that is deleted.
    done.flush();
    return outbox.peek(this.name, limits.topicRows);
  }

  #delivered(batch: readonly OutboxRow[], signal: AbortSignal): LaneStep {
    const { done, metrics, clock, turns } = this.#parts;
    this.#failures = 0;
    this.#lastId = batch.at(-1)?.id ?? this.#lastId;
    turns.back(clock.nowMs(), this.name);
    done.add(
      batch.map((row) => row.id),
      signal,
    );
    countDelivery(metrics, { lane: this.name, outcome: 'delivered', by: batch.length });
    return { kind: 'progress' };
  }

  #retry(head: OutboxRow, { reason, detail, ...failure }: Failure): LaneStep {
    const { outbox, clock, metrics, random, limits, turns } = this.#parts;
    this.#failures += 1;
    const after = 'afterMs' in failure && failure.afterMs !== undefined ? { afterMs: failure.afterMs } : {};
    const waitMs = backOffMs(limits.topicBackOff, { failures: this.#failures, random: random(), ...after });
    const untilMs = clock.nowMs() + waitMs;
    outbox.retryAt(head.id, { dueMs: untilMs, reason, detail });
    countDelivery(metrics, { lane: this.name, outcome: 'retried', reason });
    turns.away(clock.nowMs(), { lane: this.name, reason, detail });
    return { kind: 'wait', untilMs, open: false };
  }

  /** One record that the broker will never take as it is: a smaller form of it, else aside with it. */
  async #refused(row: OutboxRow, failure: Failure, signal: AbortSignal): Promise<LaneStep> {
    const smaller = failure.reason === 'too-large' ? this.#parts.shrink(recordOf(row)) : null;
    if (smaller !== null) {
      const delivery = await this.#parts.turns.publish([smaller]);
      if (delivery.kind === 'retry') return this.#retry(row, delivery);
      if (delivery.kind === 'delivered') {
        this.#parts.log.warn('a record was too large and went out without its evidence', { lane: this.name });
        return this.#delivered([row], signal);
      }
    }
    if (failure.reason !== 'too-large') return this.#suspect(row, failure, signal);
    this.#setAside([{ row, failure }]);
    return { kind: 'progress' };
  }

  /** Is it the record, or the topic? The topic takes one of the next records, or it takes none and is waited for. */
  async #suspect(head: OutboxRow, failure: Failure, signal: AbortSignal): Promise<LaneStep> {
    const refused = [{ row: head, failure }];
    for (const row of this.#next().slice(1, 1 + probesMax)) {
      const delivery = await this.#parts.turns.publish([recordOf(row)]);
      if (delivery.kind === 'delivered') {
        this.#setAside(refused);
        return this.#delivered([row], signal);
      }
      if (delivery.kind === 'retry' || delivery.reason !== failure.reason) break;
      refused.push({ row, failure: delivery });
    }
    return this.#retry(head, failure);
  }

  #setAside(refused: readonly { row: OutboxRow; failure: Failure }[]): void {
    for (const { row, failure } of refused) {
      const { reason, detail } = failure;
      this.#lastId = row.id;
      giveUp(this.#parts, { lane: this.name, rows: [{ row, reason, detail }], failure: reason });
    }
  }
}

function recordOf({ payload }: OutboxRow): OutgoingRecord {
  invariant(payload.kind === 'record', 'a topic lane holds records');
  return payload.record;
}

/** The first rows that fit, one at least. */
function withinBytes(rows: readonly OutboxRow[], bytesMax: number): readonly OutboxRow[] {
  let bytes = 0;
  const end = rows.findIndex((row, index) => {
    const { key, value } = recordOf(row);
    bytes += (key?.length ?? 0) + (value?.length ?? 0);
    return index > 0 && bytes > bytesMax;
  });
  return end === -1 ? rows : rows.slice(0, end);
}
