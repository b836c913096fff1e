import { Engine, type TopLevelCondition } from 'json-rules-engine';
import { compileMatcher } from '../src/detect/match/matcher.ts';
import type { LogEvent } from '../src/shared/model/log-event.ts';
import { sampleRule } from '../test/support/sample-rule.ts';
import { atLeast, type Bench, type Figure, plain, spread } from './support/figures.ts';
import { belowEvent, type LoadedEvent, sampleOf } from './support/matching-events.ts';
import { type BenchRule, type RuleKind, threeLeafRules, withPaths } from './support/three-leaf-rules.ts';
import { zeekLacks, zeekLines } from './support/zeek-corpus.ts';

// Matching alone, of events that are parsed already, against json-rules-engine with the same rules on the same events.

export const bench: Bench = { lacks: zeekLacks, run };

const rounds = 5;
/** Rule evaluations of the library in one round: some seconds of its time at the most. */
const libraryEvaluations = 10_000;
/** Events for tocsin in one round. */
const ourEvents = 30_000;
const aims: Readonly<Record<number, number>> = { 50: 500, 500: 3_000 };

async function run(): Promise<readonly Figure[]> {
  const events = zeekLines().map((line) => JSON.parse(line) as LoadedEvent);
  const nested = events.map(belowEvent);
  const figures: Figure[] = [];
  for (const kind of ['mixed', 'open'] as const) {
    for (const count of [10, 50, 500]) {
      const rules = threeLeafRules(count, kind, events);
      figures.push(await compare(label(kind, count, false), { rules, events, aim: aims[count] }));
      figures.push(
        await compare(label(kind, count, true), {
          rules: withPaths(rules),
          events: nested,
          aim: aims[count],
        }),
      );
    }
  }
  return figures;
}

const label = (kind: RuleKind, count: number, hasPath: boolean): string =>
  `matching: ${count} ${kind} rules${hasPath ? ' with path' : ''}, times as fast as json-rules-engine`;

interface Comparison {
  readonly rules: readonly BenchRule[];
  readonly events: readonly LoadedEvent[];
  readonly aim: number | undefined;
}

async function compare(what: string, { rules, events, aim }: Comparison): Promise<Figure> {
  const sample = sampleOf(events, Math.min(2_000, Math.ceil(libraryEvaluations / rules.length)));
  const library = openLibrary(rules);
  const tocsin = openTocsin(rules);
  const all = sampleOf(events, ourEvents).map(asEvent);
  const found = sample.map(asEvent).map((event) => tocsin(event).toSorted());
  for (const [at, fields] of sample.entries()) {
    const wanted = (await library(fields)).toSorted();
    if (wanted.join() !== found[at]?.join())
      throw new Error(`not the same matches: ${wanted} and ${found[at]}`);
  }
  const ratios: number[] = [];
  let matches = 0;
  for (let round = 0; round < rounds; round += 1) {
    const libraryMicros = await cpuMicros(async () => {
      for (const fields of sample) await library(fields);
    });
    matches = 0;
    const tocsinMicros = await cpuMicros(async () => {
      for (const event of all) matches += tocsin(event).length;
    });
    ratios.push(libraryMicros / sample.length / (tocsinMicros / all.length));
  }
  console.log(`${what}: ${spread(ratios, 0)}; ${(matches / all.length).toFixed(3)} matches an event`);
  return aim === undefined ? plain(what, spread(ratios, 0)) : atLeast(what, ratios, aim);
}

/** Which rules match: the ids. */
type Ids<Input, Output> = (input: Input) => Output;

function openLibrary(rules: readonly BenchRule[]): Ids<LoadedEvent, Promise<readonly string[]>> {
  const engine = new Engine([], { allowUndefinedFacts: true });
  for (const { id, conditions } of rules) {
    // The library changes what it is given.
    engine.addRule({
      conditions: structuredClone(conditions) as unknown as TopLevelCondition,
      event: { type: id },
    });
  }
  return async (fields) => (await engine.run({ ...fields })).events.map(({ type }) => type);
}

function openTocsin(rules: readonly BenchRule[]): Ids<LogEvent, readonly string[]> {
  const { matcher, faults } = compileMatcher(
    rules.map(({ id, conditions }) => sampleRule({ id, conditions, groupBy: [], remediation: [] })),
  );
  if (faults.length > 0) throw new Error(JSON.stringify(faults[0]));
  return (event) => matcher.match(event).map(({ ruleId }) => ruleId);
}

const asEvent = (fields: LoadedEvent, offset: number): LogEvent => ({
  fields,
  timeMs: 0,
  timeOrigin: 'record',
  source: 'zeek',
  position: { topic: 'zeek', partition: 0, offset, index: 0 },
  weight: 1,
});

async function cpuMicros(work: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}
