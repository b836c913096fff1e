import type { SeededRandom } from './seeded-random.ts';
import type { Sending } from './torture-events.ts';

export interface SilencesOptions {
  readonly random: SeededRandom;
  readonly partitions: number;
  /** How far event time has come in tocsin's state. */
  readonly watermarkMs: () => number;
}

/** Nobody passes it by for so long (a minute at full speed): then the partition comes back as it is. */
const roundsMax = 600;

interface Silence {
  readonly partition: number;
  readonly held: Sending[];
  rounds: number;
  /** So many further rounds, once it was passed by. */
  left: number | undefined;
}

/**
 * One partition after the other falls silent, and says nothing until tocsin has passed it by: until the watermark in the
 * state is beyond what is held back there. A little later it comes back, with that. So it depends on no time whether
 * anything is late. Half of what should go there meanwhile goes elsewhere.
 */
export class Silences {
  readonly #options: SilencesOptions;
  #silence: Silence | undefined;
  #released: Sending[] = [];
  /** At first every partition has its say. */
  #pause = 10;
  #isOver = false;
  /** How often a partition was passed by. */
  passes = 0;

  constructor(options: SilencesOptions) {
    this.#options = options;
  }

  /** What is sent of a round, and what comes back with it. */
  of(round: readonly Sending[]): readonly Sending[] {
    this.#goOn();
    const released = this.#released;
    this.#released = [];
    return [...released, ...round.flatMap((sending) => this.#heard(sending))];
  }

  /** No partition falls silent any more. */
  end(): void {
    this.#isOver = true;
  }

  #heard(sending: Sending): readonly Sending[] {
    const silence = this.#silence;
    if (sending.partition !== silence?.partition) return [sending];
    if (this.#options.random.chance(0.5))
      return [{ ...sending, partition: (sending.partition + 1) % this.#options.partitions }];
    silence.held.push(sending);
    return [];
  }

  #goOn(): void {
    const { random, partitions } = this.#options;
    if (this.#silence !== undefined) {
      this.#look(this.#silence);
      return;
    }
    this.#pause -= 1;
    if (this.#pause >= 0 || this.#isOver) return;
    this.#silence = { partition: random.between(0, partitions - 1), held: [], rounds: 0, left: undefined };
  }

  #look(silence: Silence): void {
    const { random, watermarkMs } = this.#options;
    silence.rounds += 1;
    if (silence.left !== undefined) silence.left -= 1;
    else if (watermarkMs() > Math.min(...silence.held.map(({ timeMs }) => timeMs))) {
      this.passes += 1;
      silence.left = random.between(0, 12);
    }
    if ((silence.left ?? 1) > 0 && silence.rounds < roundsMax && !this.#isOver) return;
    this.#released = silence.held;
    this.#silence = undefined;
    this.#pause = random.between(3, 10);
  }
}
