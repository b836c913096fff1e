import type { OutgoingRecord } from '../../shared/model/log-record.ts';
import type { Log } from '../../shared/ports/log.ts';
import type { Delivery } from '../../shared/ports/notifier.ts';
import type { RecordSink } from '../../shared/ports/record-sink.ts';
import { Reminder } from './reminder.ts';

/** Lets the topic lanes share one sink, which takes one publish at a time, and says when the broker is away. */
export class PublishTurns {
  readonly #sink: RecordSink;
  readonly #log: Log;
  readonly #reminder = new Reminder();
  #last: Promise<unknown> = Promise.resolve();

  constructor(sink: RecordSink, log: Log) {
    this.#sink = sink;
    this.#log = log;
  }

  /** Publishes when the publishes asked for before have settled. */
  publish(records: readonly OutgoingRecord[]): Promise<Delivery> {
    const turn = this.#last.then(() => this.#sink.publish(records));
    // The next in line goes on whatever became of this one; whoever asked hears of the failure.
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  /** Once a minute: what is waited for. */
  away(nowMs: number, fields: { lane: string; reason: string; detail: string }): void {
    if (!this.#reminder.isDue(nowMs)) return;
    this.#log.warn(
      'waiting for the broker to take records; nothing is lost, they stay in the outbox',
      fields,
    );
  }

  back(nowMs: number, lane: string): void {
    const awayMs = this.#reminder.over(nowMs);
    if (awayMs !== null) this.#log.info('the broker takes records again', { lane, awayMs });
  }
}
