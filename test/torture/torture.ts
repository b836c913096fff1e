import { kafkaJars } from '../support/kafka/kafka-jars.ts';
import { startKafka } from '../support/kafka/start-kafka.ts';
import { BrokerRestarts } from './broker-restarts.ts';
import { compareAll, said } from './compare-all.ts';
import { Feed, producerCount } from './feed.ts';
import { type Killed, killLoop, type Life } from './kill-loop.ts';
import { idlePlans, killPlans, type NextPlan, quietPlans } from './kill-plan.ts';
import { Lives, startTocsin } from './lives.ts';
import { Persons } from './persons.ts';
import { type SeededRandom, seededRandom } from './seeded-random.ts';
import { settled } from './settled.ts';
import { Silences } from './silences.ts';
import { TortureEvents } from './torture-events.ts';
import { partitions, type Times, TortureWorld, watermarkIn } from './torture-world.ts';

export interface TortureOptions {
  readonly kills: number;
  /** After so long no further life begins, whatever the number of kills. */
  readonly limitMs: number;
  /** Fixes what is sent and what is done when; not how the machine takes turns. */
  readonly seed: number;
  /** Between two rounds of events; one round is a second of event time. */
  readonly pauseMs: number;
  readonly say: (text: string) => void;
}

/** What a run found. Every list is empty when all is well. */
export interface TortureReport extends Killed {
  readonly brokerRestarts: number;
  readonly events: number;
  readonly firings: number;
  /** By rule; a rule that never fired was not tortured. */
  readonly firingsByRule: ReadonlyMap<string, number>;
  readonly incidents: number;
  readonly versions: number;
  /** Records that came again after a kill, and could be known as repeats. */
  readonly repeats: number;
  readonly firingsLost: readonly string[];
  readonly firingsDoubled: readonly string[];
  /** Firings that no reference knows of. */
  readonly firingsInvented: readonly string[];
  readonly incidentFaults: readonly string[];
  readonly versionFaults: readonly string[];
  /** What persons asked for that was done, and what was refused; nothing may wait. */
  readonly wishesDone: number;
  /** Incidents that persons made part of another, of what was done. */
  readonly merges: number;
  /** Merges that they took back, of what was done. */
  readonly unmerges: number;
  readonly wishesRefused: number;
  readonly wishFaults: readonly string[];
  /** Lives that moved the watermark past an idle partition. */
  readonly livesThatPassed: number;
  /** Events that came back too late then; those of them that were late by what a life before had committed. */
  readonly late: number;
  readonly lateByEarlierLife: number;
  /** Where an event was not judged once, or the watermark was further than it may be. */
  readonly turnFaults: readonly string[];
  /** True when the wall clock has moved the watermark beyond all events. */
  readonly isByWallClock: boolean;
  /** Where the independent run and the naive reference disagree: then it is not the kills that are at fault. */
  readonly referenceFaults: readonly string[];
}

/** A restart of the broker beside every twelfth life or so. */
const livesPerRestart = 12;

/** Tortures tocsin on a broker of its own, and compares what came of it with two references. */
export async function torture(options: TortureOptions): Promise<TortureReport> {
  await kafkaJars();
  const broker = await startKafka();
  const world = await TortureWorld.open(broker.brokers);
  try {
    const restarts = new BrokerRestarts(broker, seededRandom(options.seed + 1));
    const persons = new Persons(world, seededRandom(options.seed + 4));
    const lives = new Living(world, restarts, options);
    const [killed] = await bothEnd([lives.run(), persons.run()], () => persons.stop());
    options.say('settling what is left');
    const tocsin = startTocsin(world);
    try {
      await persons.makeUpTo(2 * options.kills);
      await settled(world, tocsin);
    } finally {
      const { code, err } = await tocsin.end('SIGTERM');
      if (code !== 0) options.say(`the last life ended with code ${code}:\n${err.slice(-3_000)}`);
    }
    options.say('comparing');
    return {
      ...killed,
      brokerRestarts: restarts.count,
      ...(await compareAll({ world, persons, sharpFromMs: lives.sharpFromMs })),
    };
  } finally {
    world.close();
    await broker.remove();
  }
}

/** Kills, by what time is like meanwhile: nearly all while events flow. */
const shares: Readonly<Record<Times, number>> = { idle: 0.4, sharp: 0.48, quiet: 0.12 };

/** Tocsin's lives, one after the other. */
class Living {
  readonly #world: TortureWorld;
  readonly #restarts: BrokerRestarts;
  readonly #options: TortureOptions;
  readonly #isRestartDue: () => boolean;
  readonly #limit: AbortSignal;
  readonly #lives: Lives;
  readonly #events: TortureEvents;
  readonly #silences: Silences;
  #killed: Killed = { kills: 0, orderlyStops: 0, hits: new Map() };
  /** The event time at which the last partition came back. */
  sharpFromMs = Number.POSITIVE_INFINITY;

  constructor(world: TortureWorld, restarts: BrokerRestarts, options: TortureOptions) {
    this.#world = world;
    this.#restarts = restarts;
    this.#options = options;
    this.#isRestartDue = everyTwelfth(seededRandom(options.seed + 2));
    this.#limit = AbortSignal.timeout(options.limitMs);
    this.#lives = new Lives(world);
    const { seed } = options;
    this.#events = new TortureEvents({ random: seededRandom(seed), producers: producerCount, partitions });
    this.#silences = new Silences({
      random: seededRandom(seed + 6),
      partitions,
      watermarkMs: () => watermarkIn(world.state),
    });
  }

  async run(): Promise<Killed> {
    try {
      return await this.#run();
    } finally {
      await this.#lives.close();
    }
  }

  async #run(): Promise<Killed> {
    const { seed, pauseMs, kills } = this.#options;
    const { brokers, topics } = this.#world;
    const feed = new Feed({ brokers, topic: topics.logs, events: this.#events, silences: this.#silences });
    const plans = killPlans(seededRandom(seed + 3), kills);
    const over = new AbortController();
    const whileEventsFlow = async (): Promise<void> => {
      const idle = idlePlans(seededRandom(seed + 7), plans, () => this.#silences.passes);
      await this.#kill('idle', idle, over.signal);
      this.#silences.end();
      this.sharpFromMs = this.#events.nowMs;
      await this.#kill('sharp', plans, over.signal);
    };
    // Whichever ends first ends the other.
    await bothEnd([whileEventsFlow(), feed.run(pauseMs)], () => {
      feed.stop();
      over.abort();
    });
    await this.#kill('quiet', quietPlans(seededRandom(seed + 5)), over.signal);
    return this.#killed;
  }

  async #kill(times: Times, nextPlan: NextPlan, over: AbortSignal): Promise<void> {
    this.#world.enter(times);
    const { kills, say } = this.#options;
    const before = this.#killed;
    const share = times === 'quiet' ? kills - before.kills : Math.round(kills * shares[times]);
    const killed = await killLoop({
      world: this.#world,
      lives: this.#lives,
      kills: share,
      nextPlan,
      passes: () => this.#silences.passes,
      restarts: this.#restarts,
      isRestartDue: this.#isRestartDue,
      onLife: (life) => sayLife({ ...life, kills: before.kills + life.kills }, this.#restarts, say),
      over: times === 'quiet' ? this.#limit : AbortSignal.any([over, this.#limit]),
    });
    this.#killed = bothOf(before, killed);
  }
}

function bothOf(a: Killed, b: Killed): Killed {
  const hits = new Map(a.hits);
  for (const [hit, count] of b.hits) hits.set(hit, (hits.get(hit) ?? 0) + count);
  return { kills: a.kills + b.kills, orderlyStops: a.orderlyStops + b.orderlyStops, hits };
}

/** Asked before each life: true about every twelfth time. */
function everyTwelfth(random: SeededRandom): () => boolean {
  let life = -1;
  let restartAt = random.between(2, livesPerRestart);
  return () => {
    life += 1;
    if (life < restartAt) return false;
    restartAt = life + random.between(livesPerRestart / 2, (livesPerRestart * 3) / 2);
    return true;
  };
}

function sayLife(
  { plan, hit, tookMs, kills }: Life,
  restarts: BrokerRestarts,
  say: TortureOptions['say'],
): void {
  const broker = restarts.isUnderWay ? ', the broker restarting' : '';
  say(`kill ${kills}: ${JSON.stringify(plan)} hit ${hit} after ${tookMs} ms${broker}`);
}

/** Calls `stop` as soon as one has ended, waits for both, and throws what the first one failed with. */
async function bothEnd<A, B>(both: readonly [Promise<A>, Promise<B>], stop: () => void): Promise<[A, B]> {
  await Promise.race(both).catch(() => undefined);
  stop();
  await Promise.allSettled(both);
  return Promise.all(both);
}

/** From so many kills on some lives last until they have passed an idle partition by. */
const killsThatPass = 25;

/** What a run of some length must have done, or it shows nothing. */
const untouched = ({ kills, livesThatPassed, late, merges, unmerges }: TortureReport): readonly string[] =>
  kills < killsThatPass
    ? []
    : [
        ...(livesThatPassed > 0 ? [] : ['no idle partition was passed']),
        ...(late > 0 ? [] : ['no event came back too late']),
        ...(merges > 0 ? [] : ['no incidents were merged by persons']),
        ...(unmerges > 0 ? [] : ['no merge was taken back']),
      ];

/** Everything that is not as it must be. */
export const faultsOf = (report: TortureReport): readonly string[] => [
  ...said('lost', report.firingsLost),
  ...said('doubled', report.firingsDoubled),
  ...said('invented', report.firingsInvented),
  ...said('incident', report.incidentFaults),
  ...said('version', report.versionFaults),
  ...said('wish', report.wishFaults),
  ...said('turn', report.turnFaults),
  ...said('references', report.referenceFaults),
  ...said('not tortured', untouched(report)),
];
