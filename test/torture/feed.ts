import { setTimeout as sleep } from 'node:timers/promises';
import { CompressionTypes, Kafka, logLevel, Partitioners, type Producer, type ProducerRecord } from 'kafkajs';
import type { Silences } from './silences.ts';
import type { Sending, TortureEvents } from './torture-events.ts';

const retry = { retries: 10, initialRetryTime: 100, maxRetryTime: 1_000 };
/** Enough to outlive a broker that is killed and started, not enough to wait for one that never comes back. */
const patienceMs = 600_000;

export const producerCount = 3;

export interface FeedOptions {
  readonly brokers: readonly string[];
  readonly topic: string;
  readonly events: TortureEvents;
  readonly silences: Silences;
}

/**
 * Several producers that send rounds of events at the same time, until stopped. None is idempotent: what they send again
 * after a lost answer stands on the topic twice, as it does in the field.
 */
export class Feed {
  readonly #events: TortureEvents;
  readonly #silences: Silences;
  readonly #topic: string;
  readonly #newProducer: (nth: number) => Producer;
  readonly #producers: Producer[];
  #isStopping = false;

  constructor({ brokers, topic, events, silences }: FeedOptions) {
    this.#topic = topic;
    this.#events = events;
    this.#silences = silences;
    this.#newProducer = (nth) =>
      new Kafka({
        brokers: [...brokers],
        clientId: `feed-${nth}`,
        logLevel: logLevel.NOTHING,
        retry,
      }).producer({
        createPartitioner: Partitioners.DefaultPartitioner,
        idempotent: false,
      });
    this.#producers = Array.from({ length: producerCount }, (_, nth) => this.#newProducer(nth));
  }

  /** Resolves when stopped, and everything sent is on the topic. Rejects when the broker is away for good. */
  async run(pauseMs: number): Promise<void> {
    try {
      while (!this.#isStopping) {
        await this.#send(this.#silences.of(this.#events.nextRound()));
        await sleep(pauseMs);
      }
      this.#silences.end();
      for (const sendings of this.#events.closing()) await this.#send(this.#silences.of(sendings));
    } finally {
      await Promise.allSettled(this.#producers.map((producer) => producer.disconnect()));
    }
  }

  stop(): void {
    this.#isStopping = true;
  }

  /** A round is over when all of it is on the topic: so no producer is ever further ahead than the lateness allows. */
  async #send(sendings: readonly Sending[]): Promise<void> {
    await Promise.all(
      this.#producers.map(async (_, nth) => {
        const messages = sendings
          .filter((sending) => sending.producer === nth)
          .map(({ partition, value }) => ({ partition, value }));
        const compression = nth === 1 ? CompressionTypes.GZIP : CompressionTypes.None;
        if (messages.length > 0)
          await this.#sendFrom(nth, { topic: this.#topic, messages, acks: -1, compression });
      }),
    );
  }

  /** Again, with a new producer, where kafkajs gives up: the broker is on its way back. What was stored stands twice then. */
  async #sendFrom(nth: number, record: ProducerRecord): Promise<void> {
    const untilMs = Date.now() + patienceMs;
    for (;;) {
      try {
        await this.#producers[nth]!.connect();
        await this.#producers[nth]!.send(record);
        return;
      } catch (error) {
        if (Date.now() > untilMs) throw error;
        await this.#producers[nth]!.disconnect().catch(() => undefined);
        this.#producers[nth] = this.#newProducer(nth);
        await sleep(500);
      }
    }
  }
}
