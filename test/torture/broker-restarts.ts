import { setTimeout as sleep } from 'node:timers/promises';
import type { KafkaBroker } from '../support/kafka/start-kafka.ts';
import type { SeededRandom } from './seeded-random.ts';

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
    await this.#broker.start();
    this.count += 1;
  }
}
