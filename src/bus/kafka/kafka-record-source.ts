import { randomUUID } from 'node:crypto';
import type { Kafka } from 'kafkajs';
import { invariant } from '../../shared/invariant.ts';
import { partitionName } from '../../shared/model/position.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { Log } from '../../shared/ports/log.ts';
import type { RecordConsumer, RecordSource } from '../../shared/ports/record-source.ts';
import { WorldError } from '../../shared/world-error.ts';
import { ConsumerSession } from './consumer-session.ts';
import { createKafka } from './create-kafka.ts';
import type { KafkaBusConfig } from './kafka-bus-config.ts';
import { mayPass, messageOf } from './kafka-failure.ts';
import { Outage } from './outage.ts';
import { outgrows, planTopics, type TopicPlan } from './topic-plan.ts';
import { withinMs } from './within-ms.ts';

export interface KafkaSourceOptions {
  readonly config: KafkaBusConfig;
  /** Names, or patterns such as `logs.*`; topics that come into being later are followed, too. */
  readonly topics: readonly string[];
  readonly clock: Clock;
  readonly log: Log;
}

const defaultTopicPollMs = 30_000;
const defaultStallMs = 120_000;
const retryMs = { first: 250, last: 5_000 };
/** A stop in the middle of an outage waits no longer than this for a client that is still connecting. */
const stopLimitMs = 15_000;

/** How one turn of the life of a source ended. */
type Turn = 'again' | 'over';

/**
 * Reads topics of a Kafka cluster as one member of a consumer group. It lives through outages, rebalances and new topics
 * by making one consumer after the other (ConsumerSession), each from the positions of its caller.
 */
export class KafkaRecordSource implements RecordSource {
  readonly #options: KafkaSourceOptions;
  readonly #kafka: Kafka;
  readonly #clientId: string;
  readonly #outage: Outage;
  readonly #paused = new Set<string>();
  readonly #stopping = new AbortController();
  readonly #subscribed = Promise.withResolvers<void>();
  #consumer: RecordConsumer | undefined;
  #session: ConsumerSession | undefined;
  #living: Promise<void> | undefined;
  #stopped: Promise<void> | undefined;
  #saidMissing = '';

  constructor(options: KafkaSourceOptions) {
    this.#options = options;
    const { config, log, clock } = options;
    this.#outage = new Outage({ what: `reading from Kafka at ${config.brokers.join(', ')}`, clock, log });
    // Of its own, so that what is left of it in the group after an outage can be told from others.
    this.#clientId = `${config.clientId}-${config.instanceId ?? randomUUID()}`;
    this.#kafka = createKafka({ ...config, clientId: this.#clientId }, log, (reason) =>
      this.#outage.trouble(reason),
    );
  }

  async run(consumer: RecordConsumer): Promise<void> {
    invariant(this.#consumer === undefined, 'a record source runs once');
    this.#consumer = consumer;
    this.#living = this.#live(consumer);
    void this.#watch(consumer);
    await this.#subscribed.promise;
  }

  pause(topic: string, partition: number): void {
    this.#paused.add(partitionName(topic, partition));
    this.#session?.pause(topic, partition);
  }

  resume(topic: string, partition: number): void {
    this.#paused.delete(partitionName(topic, partition));
    this.#session?.resume(topic, partition);
  }

  isCurrent(): boolean {
    return this.#session !== undefined && !this.#outage.isOngoing;
  }

  seek(topic: string, partition: number, offset: number): void {
    this.#session?.seek(topic, partition, offset);
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    this.#stopping.abort();
    // The batches in hand are waited for without limit, inside; what may hang is the client.
    await this.#session?.stop();
    await withinMs(stopLimitMs, this.#living ?? Promise.resolve());
    this.#subscribed.resolve();
  }

  /** Turn after turn, until it is stopped or something fails that waiting cannot mend. */
  async #live(consumer: RecordConsumer): Promise<void> {
    const { signal } = this.#stopping;
    let pauseMs = retryMs.first;
    while (!signal.aborted) {
      try {
        if ((await this.#turn(consumer)) === 'over') return;
        pauseMs = retryMs.first;
      } catch (error) {
        if (signal.aborted) return;
        if (!mayPass(error)) return this.#fail(consumer, brokerError(error));
        this.#outage.trouble(messageOf(error));
        await this.#options.clock.sleep(pauseMs, signal);
        pauseMs = Math.min(pauseMs * 2, retryMs.last);
      }
    }
  }

  /** Looks what there is to read, and reads it for as long as that stays so. Rejects with what broke. */
  async #turn(consumer: RecordConsumer): Promise<Turn> {
    const { topics, log, clock } = this.#options;
    const { signal } = this.#stopping;
    const plan = await planTopics(this.#kafka, topics);
    this.#sayMissing(plan);
    if (plan.topics.length === 0) {
      this.#outage.well();
      this.#subscribed.resolve();
      await clock.sleep(this.#pollMs(), signal);
      return 'again';
    }
    const session = new ConsumerSession({
      kafka: this.#kafka,
      clientId: this.#clientId,
      config: this.#options.config,
      topics: plan.topics,
      concurrency: plan.partitions,
      consumer,
      paused: this.#paused,
      clock,
      log,
      onWell: () => this.#outage.well(),
    });
    this.#session = session;
    try {
      return await this.#readUntilItEnds(session, plan);
    } finally {
      await session.stop();
    }
  }

  async #readUntilItEnds(session: ConsumerSession, plan: TopicPlan): Promise<Turn> {
    await session.start();
    this.#subscribed.resolve();
    const over = new AbortController();
    const signal = AbortSignal.any([over.signal, this.#stopping.signal]);
    const end = await Promise.race([session.ended, this.#untilOutgrown(plan, signal)]);
    over.abort();
    if (end === undefined) return 'again';
    if (end.kind === 'crashed') {
      if (end.mayPass) this.#outage.trouble(messageOf(end.error));
      else this.#fail(this.#consumer, brokerError(end.error));
    } else {
      this.#fail(this.#consumer, end.error);
    }
    return end.kind === 'crashed' && end.mayPass ? 'again' : 'over';
  }

  /** Resolves when there are topics or partitions that the present consumer was not made for, or at the signal. */
  async #untilOutgrown(plan: TopicPlan, signal: AbortSignal): Promise<undefined> {
    while (!signal.aborted) {
      await this.#options.clock.sleep(this.#pollMs(), signal);
      if (signal.aborted) return;
      try {
        const now = await planTopics(this.#kafka, this.#options.topics);
        this.#sayMissing(now);
        if (outgrows(now, plan)) return;
      } catch (error) {
        // The consumer itself finds out about outages; this look is simply repeated.
        this.#options.log.debug('the topics could not be looked up', { reason: messageOf(error) });
      }
    }
  }

  /** Speaks of outages, and gives up a client that shows no sign of life at all. */
  async #watch(consumer: RecordConsumer): Promise<void> {
    const { clock, config } = this.#options;
    const { signal } = this.#stopping;
    const stallMs = config.stallMs ?? defaultStallMs;
    while (!signal.aborted) {
      await clock.sleep(1_000, signal);
      if (signal.aborted) return;
      this.#outage.say();
      // While batches are in hand kafkajs may wait for them; a slow consumer is no stalled client.
      if (this.#session === undefined || this.#session.isBusy()) continue;
      if (this.#outage.silentMs() > stallMs) {
        const message = `the Kafka client has given no sign of life for ${stallMs} ms`;
        return this.#fail(consumer, new WorldError('broker', message));
      }
    }
  }

  /** Says it through `run` while that is waited for, through `failed` afterwards. */
  #fail(consumer: RecordConsumer | undefined, error: Error): void {
    if (this.#stopping.signal.aborted) return;
    this.#stopping.abort();
    this.#subscribed.promise.then(
      () => consumer?.failed(error),
      () => undefined,
    );
    this.#subscribed.reject(error);
  }

  #sayMissing({ missing }: TopicPlan): void {
    const said = missing.join(', ');
    if (said !== '' && said !== this.#saidMissing) {
      this.#options.log.warn('some topics do not exist yet; they are read as soon as they do', {
        topics: missing,
      });
    }
    this.#saidMissing = said;
  }

  #pollMs(): number {
    return this.#options.config.topicPollMs ?? defaultTopicPollMs;
  }
}

const brokerError = (error: unknown): WorldError =>
  new WorldError('broker', `Kafka cannot be read from: ${messageOf(error)}`, { cause: error });
