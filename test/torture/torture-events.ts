import { hashOf, type SeededRandom } from './seeded-random.ts';

/** Milliseconds of event time that one round of events covers. */
const roundMs = 1_000;
/** An event is sent at most so many rounds after its time: always within the lateness, whoever sends it. */
const delayRoundsMax = 9;
/** Just enough: the latest event of a round is less than this younger than the most delayed one. */
export const disorderMs = (delayRoundsMax + 1) * roundMs;

/** Long ago, so that no wall clock clamps it; old enough for nobody's retention to matter. */
export const startMs = Date.UTC(2024, 0, 1);
/** The closing event is so much later than the last round that every window and incident is over. */
const closingAfterMs = 86_400_000;

/** Names of groups change with event time, so that a reference that looks at whole groups stays affordable. */
const groupEpochMs = 60_000;
const groupsAtATime = 8;

/** The fields of an event; what is undefined is not written. */
interface TortureEvent {
  readonly time: number;
  readonly app: string;
  readonly who: string | undefined;
  readonly term: string | undefined;
  readonly hash: string | undefined;
  readonly n: unknown;
  readonly isError: boolean;
}

/** A message for one partition, from one of the producers. */
export interface Sending {
  readonly producer: number;
  readonly partition: number;
  /** Of the event. */
  readonly timeMs: number;
  readonly value: string;
}

export interface TortureEventsOptions {
  readonly random: SeededRandom;
  readonly producers: number;
  readonly partitions: number;
}

/**
 * Rounds of events: in disorder (a third comes up to nine rounds late), many of equal time, some twice from another
 * producer or to another partition, in groups that burst, go on, and fall silent. The same seed gives the same rounds.
 */
export class TortureEvents {
  readonly #options: TortureEventsOptions;
  readonly #later = new Map<number, Sending[]>();
  #round = 0;

  constructor(options: TortureEventsOptions) {
    this.#options = options;
  }

  /** The event time at which the next round begins. */
  get nowMs(): number {
    return startMs + this.#round * roundMs;
  }

  /** What is sent in the next round, in order. */
  nextRound(): readonly Sending[] {
    const { random } = this.#options;
    const round = this.#round;
    this.#round += 1;
    const count = random.between(4, 20);
    for (let nth = 0; nth < count; nth += 1) this.#add(round);
    const sendings = this.#later.get(round) ?? [];
    this.#later.delete(round);
    return sendings;
  }

  /** What is still held back, and last of all one event that is later than everything by a day. */
  closing(): readonly (readonly Sending[])[] {
    const rest = [...this.#later].sort(([a], [b]) => a - b).map(([, sendings]) => sendings);
    this.#later.clear();
    const time = startMs + this.#round * roundMs + closingAfterMs;
    // On one partition: the others end in silence.
    return [
      ...rest,
      [{ producer: 0, partition: 0, timeMs: time, value: JSON.stringify({ time, app: 'closing' }) }],
    ];
  }

  #add(round: number): void {
    const { random } = this.#options;
    const event = this.#event(round);
    const delay = random.chance(0.65) ? 0 : random.between(1, delayRoundsMax);
    this.#send(round + delay, event);
    if (random.chance(0.04)) this.#send(round + random.between(delay, delayRoundsMax), event);
  }

  #send(round: number, event: TortureEvent): void {
    const { random, producers } = this.#options;
    const sendings = this.#later.get(round) ?? [];
    this.#later.set(round, sendings);
    const sending = {
      producer: random.between(0, producers - 1),
      partition: this.#partition(round),
      timeMs: event.time,
      value: JSON.stringify(event),
    };
    // Within a round the order is any.
    sendings.splice(random.between(0, sendings.length), 0, sending);
  }

  /** Now and then a partition is silent for eight rounds, or for forty: it holds the watermark back until it is idle. */
  #partition(round: number): number {
    const { random, partitions } = this.#options;
    const partition = random.between(0, partitions - 1);
    const isSilent =
      hashOf(`partition ${partition} ${Math.floor(round / 8)}`) % 6 === 0 ||
      hashOf(`long ${partition} ${Math.floor(round / 40)}`) % 5 === 0;
    return isSilent ? (partition + 1) % partitions : partition;
  }

  #event(round: number): TortureEvent {
    const { random } = this.#options;
    // A tenth of a second: equal times are common.
    const time = startMs + round * roundMs + random.between(0, 9) * 100;
    const app = random.chance(0.03) ? 'rare' : random.pick(['web', 'web', 'web', 'ssh', 'ssh', 'db']);
    return {
      time,
      app,
      who: random.chance(0.01) ? undefined : this.#group(time),
      term: random.chance(0.1) ? undefined : `t${random.between(0, 30)}`,
      hash: random.chance(0.1) ? undefined : `h${random.pick([0, 0, 0, 0, 1, 2])}`,
      n: this.#number(),
      isError: random.chance(0.4),
    };
  }

  /** In each ten seconds a third of the groups is silent, and one is loud. */
  #group(time: number): string {
    const { random } = this.#options;
    const epoch = Math.floor((time - startMs) / groupEpochMs);
    const moment = Math.floor((time - startMs) / 10_000);
    const names = Array.from({ length: groupsAtATime }, (_, nth) => `g${epoch}-${nth}`);
    const audible = names.filter((name) => hashOf(`${name} ${moment}`) % 3 !== 0);
    if (audible.length === 0 || random.chance(0.3)) return names[hashOf(`loud ${moment}`) % names.length]!;
    return random.pick(audible);
  }

  /** Mostly a number; some are written as text, and some are none. */
  #number(): unknown {
    const { random } = this.#options;
    const number = random.chance(0.1) ? random.between(400, 1_000) : random.between(0, 100);
    return random.pick([
      number,
      number,
      number,
      number,
      number,
      number,
      `${number}`,
      `${number}.5`,
      'many',
      null,
    ]);
  }
}
