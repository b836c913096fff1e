import { kafkaJars } from '../support/kafka/kafka-jars.ts';
import { startKafka } from '../support/kafka/start-kafka.ts';
import { BrokerRestarts } from './broker-restarts.ts';
import { differences } from './compared.ts';
import { Feed, producerCount } from './feed.ts';
import { type Killed, killLoop, type Life } from './kill-loop.ts';
import { killPlans, type NextPlan, quietPlans } from './kill-plan.ts';
import { Lives, startTocsin } from './lives.ts';
import { naiveReference } from './naive-reference.ts';
import { Persons } from './persons.ts';
import { personsFaults } from './persons-faults.ts';
import { type SeededRandom, seededRandom } from './seeded-random.ts';
import { settled } from './settled.ts';
import { TortureEvents } from './torture-events.ts';
import { tortureRules } from './torture-rules.ts';
import { partitions, type Times, TortureWorld, watermarkIn } from './torture-world.ts';
import {
  eventsOnTopic,
  publishedFirings,
  publishedVersions,
  replayed,
  storedIncidents,
} from './what-came-out.ts';

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
  readonly wishesRefused: number;
  readonly wishFaults: readonly string[];
  /** Lives that moved the watermark past an idle partition. */
  readonly passedIdle: number;
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
    return { ...killed, brokerRestarts: restarts.count, ...(await compare(world, persons)) };
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
  #killed: Killed = { kills: 0, orderlyStops: 0, hits: new Map() };

  constructor(world: TortureWorld, restarts: BrokerRestarts, options: TortureOptions) {
    this.#world = world;
    this.#restarts = restarts;
    this.#options = options;
    this.#isRestartDue = everyTwelfth(seededRandom(options.seed + 2));
    this.#limit = AbortSignal.timeout(options.limitMs);
    this.#lives = new Lives(world);
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
    const events = new TortureEvents({ random: seededRandom(seed), producers: producerCount, partitions });
    const feed = new Feed(this.#world.brokers, this.#world.topics.logs, events);
    const plans = killPlans(seededRandom(seed + 3), kills);
    const over = new AbortController();
    const whileEventsFlow = async (): Promise<void> => {
      await this.#kill('idle', plans, over.signal);
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

async function compare(world: TortureWorld, persons: Persons) {
  const events = await eventsOnTopic(world);
  const published = await publishedFirings(world);
  const versions = await publishedVersions(world);
  const stored = storedIncidents(world, versions);
  const reference = await replayed(world);
  const naive = naiveReference(tortureRules, events);
  const firings = differences(reference.firings, published.firings);
  const incidents = differences(reference.incidents, stored.incidents);
  const wishes = personsFaults(persons.asked(), stored.documents, versions.kinds);
  const newestMs = events.reduce((newest, { timeMs }) => Math.max(newest, timeMs), Number.NEGATIVE_INFINITY);
  return {
    wishesDone: wishes.done,
    wishesRefused: wishes.refused,
    wishFaults: wishes.faults,
    passedIdle: world.passedIdle,
    isByWallClock: watermarkIn(world.state).watermarkMs > newestMs,
    events: events.length,
    firings: reference.firings.length,
    firingsByRule: new Map(
      tortureRules.map(({ id }) => [id, reference.firings.filter(({ ruleId }) => ruleId === id).length]),
    ),
    incidents: reference.incidents.length,
    versions: versions.versions,
    repeats: published.repeats + versions.repeats,
    firingsLost: firings.missing,
    firingsDoubled: published.doubled,
    firingsInvented: firings.surplus,
    incidentFaults: [...said('missing', incidents.missing), ...said('surplus', incidents.surplus)],
    versionFaults: [...versions.faults, ...stored.faults],
    referenceFaults: [
      ...disagreements('firing', differences(naive.firings, reference.firings)),
      ...disagreements('incident', differences(naive.incidents, reference.incidents)),
    ],
  };
}

const said = (what: string, list: readonly string[]): string[] => list.map((text) => `${what}: ${text}`);

function disagreements(
  what: string,
  { missing, surplus }: { readonly missing: readonly string[]; readonly surplus: readonly string[] },
): string[] {
  return [...said(`only the naive ${what}`, missing), ...said(`only the replayed ${what}`, surplus)];
}

/** Everything that is not as it must be. */
export const faultsOf = (report: TortureReport): readonly string[] => [
  ...said('lost', report.firingsLost),
  ...said('doubled', report.firingsDoubled),
  ...said('invented', report.firingsInvented),
  ...said('incident', report.incidentFaults),
  ...said('version', report.versionFaults),
  ...said('wish', report.wishFaults),
  ...said('references', report.referenceFaults),
];
