import { setTimeout as sleep } from 'node:timers/promises';
import type { KafkaBroker } from '../support/kafka/start-kafka.ts';
import type { SeededRandom } from './seeded-random.ts';

const startTriesMax = 3;

/** Restarts the broker now and then, one restart at a time, some in an orderly way and some by SIGKILL. */
export class BrokerRestarts {
  readonly #broker: KafkaBroker;
  readonly #random: SeededRandom;
  #running: Promise<void> | undefined;
  #failure: unknown;
  count = 0;

  constructor(broker: KafkaBroker, random: SeededRandom) {
    this.#broker = broker;
    this.#random = random;
  }

  get isUnderWay(): boolean {
    return this.#running !== undefined;
  }

  /** Begins a restart, and does not wait for its end. */
  begin(): void {
    if (this.#running !== undefined) return;
    const { stopping, pauseMs } = {
      stopping: this.#random.chance(0.5) ? ('stop' as const) : ('kill' as const),
      pauseMs: this.#random.between(0, 1_500),
    };
    this.#running = this.#restart(stopping, pauseMs)
      .catch((error: unknown) => {
        this.#failure = error;
      })
      .finally(() => {
        this.#running = undefined;
      });
  }

  /** Resolves when the broker is up. Throws where a restart has failed. */
  async ended(): Promise<void> {
    await this.#running;
    if (this.#failure !== undefined) throw this.#failure;
  }

  async #restart(stopping: 'stop' | 'kill', pauseMs: number): Promise<void> {
    await this.#broker[stopping]();
    await sleep(pauseMs);
    await this.#start();
    this.count += 1;
  }

  /** On a machine that is short of time a single node may lose its own election and never come up. */
  async #start(): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.#broker.start();
      } catch (error) {
        if (tries === startTriesMax) throw error;
        await this.#broker.kill();
      }
    }
  }
}
