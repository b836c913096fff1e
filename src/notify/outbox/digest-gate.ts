import { isoTime } from '../../shared/iso-time.ts';
import type { DigestPace } from '../../shared/model/digest-pace.ts';
import type { Message } from '../../shared/model/notification.ts';
import { isDigest } from '../../shared/model/notification.ts';
import type { Metrics } from '../../shared/ports/metrics.ts';
import type { Outbox, OutboxRow } from '../../shared/ports/outbox.ts';
import {
  aloneMax,
  type DigestOptions,
  digestSent,
  gathering,
  isBehind,
  isOfThePast,
  isUrgentMessage,
  messageSent,
  restoredPace,
} from '../digest-pace.ts';
import { addToDigest, type DigestSum, digestOfSum, emptyDigestSum } from '../message/digest-sum.ts';
import type { DigestedAlerts } from './digested-alerts.ts';
import { messageId } from './message-id.ts';
import { payloadMessage } from './payload-message.ts';

export interface DigestGateParts {
  readonly outbox: Outbox;
  readonly metrics: Metrics;
  readonly options: DigestOptions;
  /** Only where an incident is an alert: what is not told in digests, and what is said of what is. */
  readonly alerts: DigestedAlerts | null;
  /** When it begins. */
  readonly nowMs: number;
}

/** What may go out now. */
export type GateStep =
  /** Any row. */
  | { readonly kind: 'open' }
  /** Rows were put together: ask again. */
  | { readonly kind: 'busy' }
  /** No row that is held, before that time. */
  | { readonly kind: 'gathering'; readonly untilMs: number; isHeld(row: OutboxRow): boolean };

/** Rows put together in one turn: some 10 ms of work, so that a backlog of any length keeps nobody else waiting. */
const sliceRows = 200;

/** A digest that is gathered: its row once there is one, and all it stands for. */
interface Gathered {
  readonly row: { readonly id: number; readonly digestId: string } | null;
  readonly sum: DigestSum;
  readonly isAllPast: boolean;
}

/** How many notifications a row stands for. */
function totalOf({ payload }: OutboxRow): number {
  const message = payloadMessage(payload);
  return message !== null && isDigest(message) ? message.total : 1;
}

const nothing = (): Gathered => ({ row: null, sum: emptyDigestSum(), isAllPast: true });

/**
 * Keeps a storm, or the past, from becoming as many messages: puts rows that wait into one digest, slice by slice, each
 * in one transaction, so that at every moment each notification stands in a row of its own or in the digest. A row that
 * may have arrived is left as it is. The outbox has all that counts, how things went lately too: a process that is killed
 * again and again tells the same, at the same times, as one that is not.
 */
export class DigestGate {
  readonly #lane: string;
  readonly #parts: DigestGateParts;
  #pace: DigestPace;
  #gathered = nothing();
  /** What was as it was before the digest that is on its way was sent. */
  #before: { readonly gathered: Gathered; readonly pace: DigestPace } | null = null;
  /** Rows up to this id were looked at since gathering began. */
  #seenId = 0;
  /** Critical ones that go out on their own, `aloneMax` a digest at most; those of an earlier process only count. */
  readonly #alone = new Set<number>();
  #aloneEarlier: number;

  constructor(lane: string, parts: DigestGateParts) {
    this.#lane = lane;
    this.#parts = parts;
    this.#pace = restoredPace(parts.outbox.pace(lane), parts);
    this.#aloneEarlier = this.#pace.alone;
  }

  next(nowMs: number): GateStep {
    this.#look(nowMs);
    if (this.#pace.mode === 'calm') return { kind: 'open' };
    if (this.#gather(nowMs)) return { kind: 'busy' };
    const untilMs = this.#pace.holdUntilMs;
    if (nowMs < untilMs) return { kind: 'gathering', untilMs, isHeld: (row) => this.#isHeld(row, nowMs) };
    if (this.#waiting() === 0) this.#turn({ ...this.#pace, mode: 'calm' });
    return { kind: 'open' };
  }

  /** The row is being sent: a digest takes in nothing more, and no digest takes in the row. */
  begin(row: OutboxRow, nowMs: number): void {
    const { outbox, options } = this.#parts;
    const { mode, holdUntilMs } = this.#pace;
    // All that came since the last digest is this one.
    const isNext = mode !== 'calm' && nowMs >= holdUntilMs && this.#isHeld(row, nowMs);
    if (row.attempts === 0 && this.#isToCount(row)) this.#pace = messageSent(this.#pace, nowMs, options);
    if (row.id === this.#gathered.row?.id) this.#freeze(nowMs);
    else if (isNext) this.#pace = digestSent(this.#pace, { count: totalOf(row), nowMs, options });
    else if (this.#alone.has(row.id)) this.#pace = { ...this.#pace, alone: this.#pace.alone + 1 };
    outbox.begin(row.id, this.#pace);
  }

  /** It is known not to have arrived: a digest goes on taking in what comes, and goes out as soon as it may. */
  notArrived(row: OutboxRow): void {
    if (this.#before === null || row.id !== this.#before.gathered.row?.id) return;
    this.#gathered = this.#before.gathered;
    this.#turn(this.#before.pace);
    this.#before = null;
  }

  #turn(pace: DigestPace): void {
    this.#pace = pace;
    this.#parts.outbox.keepPace(this.#lane, pace);
  }

  /** Is it time to begin? What is of the past comes first: only then is it known how much there is of now. */
  #look(nowMs: number): void {
    const { options } = this.#parts;
    if (this.#pace.mode !== 'calm') return;
    const waiting = this.#waiting();
    if (isBehind(this.#pace, { waiting, nowMs, options }) || (waiting > 0 && this.#isHeadPast(nowMs)))
      this.#begin('past', nowMs);
  }

  #isHeadPast(nowMs: number): boolean {
    const [head] = this.#parts.outbox.peek(this.#lane, 1);
    const message = head === undefined || head.mayHaveArrived ? null : payloadMessage(head.payload);
    // A digest of the past is what would come of it.
    if (message === null || isDigest(message)) return false;
    return isOfThePast(message, { nowMs, options: this.#parts.options });
  }

  #begin(mode: 'past' | 'behind', nowMs: number): void {
    this.#turn(gathering(this.#pace, { mode, nowMs }));
    this.#seenId = 0;
  }

  /** Puts the next slice into the digest; false where there is nothing to put together. */
  #gather(nowMs: number): boolean {
    const { outbox } = this.#parts;
    const rows = outbox.peek(this.#lane, sliceRows, this.#seenId);
    for (const row of rows) this.#letThrough(row);
    const held = rows.filter((row) => this.#isHeld(row, nowMs));
    if (this.#isStorm(rows.filter((row) => this.#isToCount(row)).length - held.length, nowMs)) return true;
    const taken = held.filter(({ id }) => id !== this.#gathered.row?.id);
    // One alone is no digest: it is looked at again when another comes.
    const isDigest = taken.length > (this.#gathered.row === null ? 1 : 0);
    if (isDigest) this.#collapse(taken, nowMs);
    if (isDigest || rows.length === sliceRows) {
      this.#seenId = rows.at(-1)?.id ?? this.#seenId;
      return true;
    }
    const past = this.#gathered.row === null ? taken.length : 1;
    return this.#isStorm(this.#waiting() - past, nowMs);
  }

  /** Beside the past: whether what there is of now is too much, too. Then one digest stands for both. */
  #isStorm(waiting: number, nowMs: number): boolean {
    const { options } = this.#parts;
    if (this.#pace.mode !== 'past' || !isBehind(this.#pace, { waiting, nowMs, options })) return false;
    this.#begin('behind', nowMs);
    return true;
  }

  #collapse(rows: readonly OutboxRow[], nowMs: number): void {
    const { outbox, metrics, options, alerts } = this.#parts;
    const { row: before, sum } = this.#gathered;
    let { isAllPast } = this.#gathered;
    let news = 0;
    const ids = [before?.digestId ?? ''];
    for (const { payload } of rows) {
      const message = payloadMessage(payload);
      if (message === null) continue;
      ids.push(message.id);
      addToDigest(sum, message);
      isAllPast &&= isOfThePast(message, { nowMs, options });
      if (!isDigest(message) || message.cause === 'grouped') news += isDigest(message) ? message.total : 1;
    }
    const id = messageId(JSON.stringify([this.#lane, ...ids]));
    const digest = digestOfSum(sum, { id, cause: isAllPast ? 'past' : 'behind', group: {} });
    const replaced = before === null ? [] : [before.id];
    const notices = alerts?.inDigest(rows, isoTime(nowMs)) ?? [];
    const rowId = outbox.collapse([...replaced, ...rows.map((row) => row.id)], digest, notices);
    this.#gathered = { row: { id: rowId, digestId: id }, sum, isAllPast };
    metrics.count('tocsin_notifications_collapsed_total', { lane: this.#lane }, news);
  }

  /** What is on its way is what it is; the next digest begins. */
  #freeze(nowMs: number): void {
    const { options } = this.#parts;
    this.#before = { gathered: this.#gathered, pace: this.#pace };
    this.#pace = digestSent(this.#pace, { count: this.#gathered.sum.total, nowMs, options });
    this.#gathered = nothing();
    this.#alone.clear();
    this.#aloneEarlier = 0;
  }

  #letThrough(row: OutboxRow): void {
    const message = payloadMessage(row.payload);
    if (this.#alone.size + this.#aloneEarlier >= aloneMax || row.mayHaveArrived || message === null) return;
    if (isUrgentMessage(message)) this.#alone.add(row.id);
  }

  /** Whether a row is to be told in a digest. */
  #isHeld(row: OutboxRow, nowMs: number): boolean {
    if (row.mayHaveArrived || this.#alone.has(row.id) || !this.#isToCount(row)) return false;
    const message = payloadMessage(row.payload);
    if (message === null || (message.told ?? []).length > 0) return false;
    return this.#pace.mode === 'behind' || this.#isPastRow(row.id, message, nowMs);
  }

  /** Whether a row is of those that may be too many: an alert's end is told by itself, however many there are. */
  #isToCount(row: OutboxRow): boolean {
    return this.#parts.alerts?.isTrigger(row) ?? true;
  }

  /** How many such rows wait. Those behind a whole slice of others are not waiting for their turn yet. */
  #waiting(): number {
    const { outbox, alerts } = this.#parts;
    const waiting = outbox.waiting(this.#lane);
    if (alerts === null || waiting === 0) return waiting;
    const first = outbox.peek(this.#lane, sliceRows);
    const counted = first.filter((row) => this.#isToCount(row)).length;
    return counted === 0 ? 0 : waiting - first.length + counted;
  }

  #isPastRow(id: number, message: Message, nowMs: number): boolean {
    return id === this.#gathered.row?.id || isOfThePast(message, { nowMs, options: this.#parts.options });
  }
}
