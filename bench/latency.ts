import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Consumer, Kafka, logLevel, Partitioners, type Producer } from 'kafkajs';
import { kafkaLacks } from '../test/support/kafka/kafka-jars.ts';
import { startKafka } from '../test/support/kafka/start-kafka.ts';
import { startTopic } from '../test/support/kafka/start-topic.ts';
import { atMostMs, type Bench, type Figure, plain, quantile } from './support/figures.ts';
import type { Committed } from './support/latency-service.ts';
import { configureService } from './support/service-run.ts';
import { zeekLacks } from './support/zeek-corpus.ts';

// From the call that produces a matching event to its incident: committed, and seen by a consumer of the incidents
// topic. A bare consumer of the same events, in this process, shows what of it is Kafka's.

export const bench: Bench = { lacks: () => zeekLacks() ?? kafkaLacks(), run };

const events = Number(process.env['BENCH_EVENTS'] ?? 1_000);
const backgroundPerSecond = Number(process.env['BENCH_LOAD'] ?? 30_000);
const meanPauseMs = 15;
const topics = { trickle: 'zeek.trickle', load: 'zeek.load', incidents: 'tocsin.incidents' };
const partitions = 4;
const warmUps = 100;

/** When each event was produced, and when it was seen where. */
interface Seen {
  readonly produced: Map<string, number>;
  readonly bare: Map<string, number>;
  readonly committed: Map<string, number>;
  readonly published: Map<string, number>;
}

const emptySeen = (): Seen => ({
  produced: new Map(),
  bare: new Map(),
  committed: new Map(),
  published: new Map(),
});

const nowMs = (): number => Number(process.hrtime.bigint()) / 1e6;

async function run(): Promise<readonly Figure[]> {
  const broker = await startKafka();
  const children: ChildProcess[] = [];
  const kafka = new Kafka({ brokers: [...broker.brokers], logLevel: logLevel.NOTHING });
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  const consumers = [kafka.consumer({ groupId: 'bare' }), kafka.consumer({ groupId: 'incidents' })] as const;
  await startTopic(broker.brokers, topics.trickle, { partitions: 1 });
  await startTopic(broker.brokers, topics.incidents, { partitions });
  await startTopic(broker.brokers, topics.load, { partitions });
  const home = await configureService({
    brokers: broker.brokers,
    topics: [topics.trickle, topics.load],
    rules: [join(import.meta.dirname, 'latency-rule.json'), join(import.meta.dirname, 'zeek-rules.json')],
  });
  try {
    const seen = emptySeen();
    await producer.connect();
    await watch(consumers[0], topics.trickle, { uidOf: ({ uid }) => uid, seenAt: seen.bare });
    await watch(consumers[1], topics.incidents, { uidOf: uidOfIncident, seenAt: seen.published });
    children.push(startChild(import.meta.resolve('./support/latency-service.ts'), [home.configFile]));
    children[0]?.on('message', ({ uid, atMs }: Committed) => seen.committed.set(uid, atMs));
    await trickle(producer, seen, { count: warmUps, name: 'warm-up' });
    await trickle(producer, seen, { count: events, name: 'quiet' });
    const [address = ''] = broker.brokers;
    children.push(
      startChild(import.meta.resolve('./support/background-load.ts'), [
        address,
        topics.load,
        String(partitions),
        String(backgroundPerSecond),
      ]),
    );
    await sleep(3_000);
    await trickle(producer, seen, { count: events, name: 'busy' });
    return [
      ...figuresOf(seen, { name: 'quiet', when: 'at a trickle' }),
      ...figuresOf(seen, { name: 'busy', when: `with ${backgroundPerSecond} records/s beside it` }),
    ];
  } finally {
    await endAll(children);
    await Promise.all([producer, ...consumers].map((client) => client.disconnect()));
    await broker.remove();
    rmSync(home.folder, { recursive: true, force: true });
  }
}

const uidOfIncident = (incident: Record<string, unknown>): unknown =>
  (incident['group'] as Record<string, unknown> | undefined)?.['uid'];

/** Notes each record's `uid` the first time it is seen. */
async function watch(
  consumer: Consumer,
  topic: string,
  { uidOf, seenAt }: { uidOf(value: Record<string, unknown>): unknown; seenAt: Map<string, number> },
): Promise<void> {
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  const joined = new Promise((resolve) => consumer.on(consumer.events.GROUP_JOIN, resolve));
  await consumer.run({
    autoCommit: false,
    eachBatch: async ({ batch }) => {
      for (const { value } of batch.messages) {
        const uid = uidOf(JSON.parse(String(value)));
        if (typeof uid === 'string' && !seenAt.has(uid)) seenAt.set(uid, nowMs());
      }
    },
  });
  await joined;
}

function startChild(url: string, args: readonly string[]): ChildProcess {
  const execArgv = ['--disable-warning=TimeoutNegativeWarning'];
  return fork(fileURLToPath(url), [...args], { execArgv });
}

/** Produces single matching events at irregular times, and waits until all were seen everywhere. */
async function trickle(
  producer: Producer,
  seen: Seen,
  { count, name }: { count: number; name: string },
): Promise<void> {
  for (let number = 0; number < count; number += 1) {
    const uid = `${name}-${number}`;
    const value = JSON.stringify({ _path: 'bench', ts: new Date().toISOString(), uid });
    seen.produced.set(uid, nowMs());
    await producer.send({ topic: topics.trickle, messages: [{ value }] });
    // Irregular, and the same in each run.
    await sleep(2 * meanPauseMs * (((number * 7_919) % 101) / 100));
  }
  const all = [seen.bare, seen.committed, seen.published];
  while (all.some((times) => times.size < seen.produced.size)) await sleep(50);
}

function figuresOf(seen: Seen, { name, when }: { name: string; when: string }): readonly Figure[] {
  const uids = [...seen.produced.keys()].filter((uid) => uid.startsWith(name));
  const took = (times: ReadonlyMap<string, number>): number[] =>
    uids.map((uid) => (times.get(uid) ?? Number.NaN) - (seen.produced.get(uid) ?? Number.NaN));
  const [bare, committed, published] = [seen.bare, seen.committed, seen.published].map(took) as [
    number[],
    number[],
    number[],
  ];
  const bothMs = (values: readonly number[]): string =>
    `${quantile(values, 0.5).toFixed(1)} / ${quantile(values, 0.99).toFixed(1)} ms`;
  return [
    atMostMs(`latency ${when}: produce to committed incident, p50`, quantile(committed, 0.5), 5),
    atMostMs(`latency ${when}: produce to committed incident, p99`, quantile(committed, 0.99), 25),
    plain(`latency ${when}: to the incidents topic, p50 / p99`, bothMs(published)),
    plain(`latency ${when}: to a bare consumer of the events, p50 / p99`, bothMs(bare)),
  ];
}

async function endAll(children: readonly ChildProcess[]): Promise<void> {
  const [service, load] = children;
  load?.kill();
  if (service === undefined || service.exitCode !== null) return;
  const ended = once(service, 'exit');
  service.disconnect();
  await ended;
}
