import { kafkaJars } from '../support/kafka/kafka-jars.ts';
import { startKafka } from '../support/kafka/start-kafka.ts';
import { BrokerRestarts } from './broker-restarts.ts';
import { differences } from './compared.ts';
import { Feed, producerCount } from './feed.ts';
import { type Killed, killLoop, type Life } from './kill-loop.ts';
import { killPlans } from './kill-plan.ts';
import { startTocsin } from './lives.ts';
import { naiveReference } from './naive-reference.ts';
import { seededRandom } from './seeded-random.ts';
import { settled } from './settled.ts';
import { TortureEvents } from './torture-events.ts';
import { tortureRules } from './torture-rules.ts';
import { partitions, TortureWorld } from './torture-world.ts';
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
    const killed = await live(world, restarts, options);
    options.say('settling what is left');
    const tocsin = startTocsin(world);
    try {
      await settled(world, tocsin);
    } finally {
      const { code, err } = await tocsin.end('SIGTERM');
      if (code !== 0) options.say(`the last life ended with code ${code}:\n${err.slice(-3_000)}`);
    }
    options.say('comparing');
    return { ...killed, brokerRestarts: restarts.count, ...(await compare(world)) };
  } finally {
    world.close();
    await broker.remove();
  }
}

/** Events flow all the while. */
async function live(world: TortureWorld, restarts: BrokerRestarts, options: TortureOptions): Promise<Killed> {
  const { seed, kills, limitMs, pauseMs, say } = options;
  const events = new TortureEvents({ random: seededRandom(seed), producers: producerCount, partitions });
  const feed = new Feed(world.brokers, world.topics.logs, events);
  const random = seededRandom(seed + 2);
  let restartAt = random.between(2, livesPerRestart);
  const over = new AbortController();
  const killing = killLoop({
    world,
    kills,
    nextPlan: killPlans(seededRandom(seed + 3), kills),
    restarts,
    isRestartDue: (life) => {
      if (life < restartAt) return false;
      restartAt = life + random.between(livesPerRestart / 2, (livesPerRestart * 3) / 2);
      return true;
    },
    onLife: (life) => sayLife(life, restarts, say),
    over: AbortSignal.any([over.signal, AbortSignal.timeout(limitMs)]),
  });
  // Whichever ends first ends the other.
  const [killed] = await bothEnd([killing, feed.run(pauseMs)], () => {
    feed.stop();
    over.abort();
  });
  return killed;
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

async function compare(world: TortureWorld) {
  const events = await eventsOnTopic(world);
  const published = await publishedFirings(world);
  const versions = await publishedVersions(world);
  const stored = storedIncidents(world, versions);
  const reference = await replayed(world);
  const naive = naiveReference(tortureRules, events);
  const firings = differences(reference.firings, published.firings);
  const incidents = differences(reference.incidents, stored.incidents);
  return {
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
  ...said('references', report.referenceFaults),
];
