import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { kafkaLacks } from '../test/support/kafka/kafka-jars.ts';
import { type KafkaBroker, startKafka } from '../test/support/kafka/start-kafka.ts';
import { atLeast, type Bench, type Figure, median, plain, spread } from './support/figures.ts';
import { fillTopic } from './support/fill-topic.ts';
import type { Pace } from './support/progress.ts';
import { runService, type ServicePace } from './support/service-run.ts';
import { zeekLacks, zeekLines } from './support/zeek-corpus.ts';

// The whole service, with ten rules of which few events match one, against a kafkajs consumer that only parses JSON.
// Both are child processes that read the same topic of a real Kafka from its beginning, in turns.

export const bench: Bench = { lacks: () => zeekLacks() ?? kafkaLacks(), run };

const rounds = Number(process.env['BENCH_ROUNDS'] ?? 5);
const partitions = 4;
/** kafkajs gives timers negative times, which Node remarks on. */
const quiet = ['--disable-warning=TimeoutNegativeWarning'];
const rules = [join(import.meta.dirname, 'zeek-rules.json')];

async function run(): Promise<readonly Figure[]> {
  const lines = zeekLines();
  const broker = await startKafka();
  try {
    const figures: Figure[] = [];
    for (const isGzip of [false, true]) {
      const topic = isGzip ? 'zeek.gzip' : 'zeek.plain';
      const records = await fillTopic(broker, lines, { topic, partitions, isGzip });
      figures.push(...(await compare(broker, { topic, records, codec: isGzip ? 'gzip' : 'uncompressed' })));
    }
    return figures;
  } finally {
    await broker.remove();
  }
}

interface Filled {
  readonly topic: string;
  readonly records: number;
  readonly codec: string;
}

async function compare({ brokers }: KafkaBroker, filled: Filled): Promise<readonly Figure[]> {
  const { topic, records, codec } = filled;
  const bare: Pace[] = [];
  const ours: ServicePace[] = [];
  const withProfile: ServicePace[] = [];
  const setup = { brokers, topics: [topic], rules };
  await runBare(brokers, filled);
  for (let round = 0; round < rounds; round += 1) {
    bare.push(await runBare(brokers, filled));
    ours.push(await runService(setup, records));
    withProfile.push(await runService({ ...setup, profile: 'zeek' }, records));
    console.log(
      `${codec}, round ${round}: ${[bare, ours, withProfile].map((runs) => inWords(runs.at(-1))).join('; ')}`,
    );
  }
  const [first] = ours;
  console.log(
    `${records} records, ${(100 * (first?.matchShare ?? 0)).toFixed(1)} % matches, ${first?.commits} commits`,
  );
  return [
    atLeast(
      `end to end, ${codec}: rate against a bare consumer with JSON.parse`,
      ratios(ours, bare, rate),
      0.8,
    ),
    plain(
      `end to end, ${codec}: CPU time a record, times the bare consumer's`,
      spread(ratios(ours, bare, cpu)),
    ),
    plain(`end to end, ${codec}: rate with the zeek profile too`, spread(ratios(withProfile, bare, rate))),
    plain(`end to end, ${codec}: CPU time with the zeek profile too`, spread(ratios(withProfile, bare, cpu))),
    plain(
      `end to end, ${codec}: peak memory`,
      `${peak(ours)} MB, ${spread(ratios(ours, bare, memory))} times the bare consumer's ${peak(bare)} MB`,
    ),
  ];
}

const rate = ({ recordsPerSecond }: Pace): number => recordsPerSecond;
const cpu = ({ cpuMicrosPerRecord }: Pace): number => cpuMicrosPerRecord;
const memory = ({ peakMegabytes }: Pace): number => peakMegabytes;
const peak = (runs: readonly Pace[]): string => median(runs.map(memory)).toFixed(0);

/** Round by round, so that what a busy machine does to one round it does to both sides. */
const ratios = (runs: readonly Pace[], base: readonly Pace[], of: (pace: Pace) => number): number[] =>
  runs.map((pace, round) => of(pace) / (base[round] === undefined ? Number.NaN : of(base[round])));

const inWords = (pace: Pace | undefined): string =>
  pace === undefined
    ? ''
    : `${Math.round(pace.recordsPerSecond)}/s ${pace.cpuMicrosPerRecord.toFixed(2)} us ${pace.peakMegabytes.toFixed(0)} MB`;

async function runBare(brokers: readonly string[], { topic, records }: Filled): Promise<Pace> {
  const program = fileURLToPath(import.meta.resolve('./support/bare-consumer.ts'));
  const child = fork(program, [brokers[0] ?? '', topic, String(records)], { execArgv: quiet });
  const [pace] = (await Promise.race([once(child, 'message'), failed(child)])) as [Pace];
  return pace;
}

async function failed(child: ReturnType<typeof fork>): Promise<never> {
  const [code] = (await once(child, 'exit')) as [number | null];
  throw new Error(`the bare consumer ended with code ${code}`);
}
