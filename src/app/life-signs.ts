import { formatDuration } from '../shared/duration.ts';
import type { Clock } from '../shared/ports/clock.ts';
import type { Outbox } from '../shared/ports/outbox.ts';
import type { RecordConsumer } from '../shared/ports/record-source.ts';

/** So long nothing need happen: a digest waits for five minutes at most, and so does a message that failed. */
const stuckAfterMs = 900_000;

/** Since when something stands as it does. */
interface Since {
  readonly what: number;
  readonly ms: number;
}

/** Whether the service does its work: it reads, commits, and what is to be told leaves. */
export class LifeSigns {
  readonly #clock: Clock;
  readonly #outbox: Pick<Outbox, 'lanes' | 'peek'>;
  #tickedMs: number | null = null;
  #isCurrent = false;
  /** Batches that are worked on, and since when none of them has ended. */
  #inHand = 0;
  #inHandMs = 0;
  /** The first row of each lane. */
  #firsts: ReadonlyMap<string, Since> = new Map();

  constructor(clock: Clock, outbox: Pick<Outbox, 'lanes' | 'peek'>) {
    this.#clock = clock;
    this.#outbox = outbox;
  }

  /** A tick was committed. `isCurrent`: the log answers. */
  ticked(isCurrent: boolean): void {
    this.#tickedMs = this.#clock.nowMs();
    this.#isCurrent = isCurrent;
  }

  /** The same consumer, watched. */
  watching(consumer: RecordConsumer): RecordConsumer {
    return {
      position: (topic, partition) => consumer.position(topic, partition),
      assigned: (partitions) => consumer.assigned(partitions),
      process: async (batch) => {
        if (this.#inHand === 0) this.#inHandMs = this.#clock.nowMs();
        this.#inHand += 1;
        await consumer.process(batch);
        this.#inHand -= 1;
        this.#inHandMs = this.#clock.nowMs();
      },
      gap: (gap) => consumer.gap(gap),
      failed: (error) => consumer.failed(error),
    };
  }

  /** Why there is no sign of life, in words; null: there is one. Looks at the first row of each lane. */
  whySilent(): string | null {
    const nowMs = this.#clock.nowMs();
    const lane = this.#stuckLane(nowMs);
    if (!this.#isCurrent) return 'the log does not answer';
    if (this.#tickedMs === null || nowMs - this.#tickedMs > stuckAfterMs)
      return 'nothing is committed any more';
    if (this.#inHand > 0 && nowMs - this.#inHandMs > stuckAfterMs)
      return `what was read is worked on for more than ${formatDuration(stuckAfterMs)}`;
    return lane === null ? null : `a message of ${lane} waits for more than ${formatDuration(stuckAfterMs)}`;
  }

  /** A lane whose first row has been the same for too long. */
  #stuckLane(nowMs: number): string | null {
    const firsts = new Map<string, Since>();
    for (const lane of this.#outbox.lanes()) {
      const what = this.#outbox.peek(lane, 1)[0]?.id;
      if (what === undefined) continue;
      const before = this.#firsts.get(lane);
      firsts.set(lane, before?.what === what ? before : { what, ms: nowMs });
    }
    this.#firsts = firsts;
    const stuck = [...firsts].find(([, { ms }]) => nowMs - ms > stuckAfterMs);
    return stuck === undefined ? null : stuck[0];
  }
}
