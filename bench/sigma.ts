import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasSharedData } from '../test/support/shared-data.ts';
import { timesFaster } from './support/alternate.ts';
import { atLeast, atMost, type Bench, type Figure, median, plain, spread } from './support/figures.ts';
import { inChild } from './support/in-child.ts';
import { machineSpeed, secondsAtMost } from './support/machine-speed.ts';
import { askPinned } from './support/pinned.ts';
import { findRsigma, howToInstall, measureRsigma, type Rsigma, rsigmaHits } from './support/rsigma.ts';
import type { SigmaLoad, SigmaPace, SigmaScale } from './support/sigma-child.ts';
import { type EventsFile, type SigmaCorpus, unpackSigmaCorpus } from './support/sigma-corpus.ts';
import { countHits, differences, type Hits } from './support/sigma-hits.ts';

// Thousands of Sigma rules over real Windows events of 2 kB, on one core, parsing included, against rsigma and against
// `JSON.parse` alone. Both are given no log source, so every rule is tried on every event.

export const bench: Bench = {
  lacks: () =>
    hasSharedData('sigmahq') && hasSharedData('windows')
      ? undefined
      : '../shared/data/sigmahq or ../shared/data/windows (rules and events) is not here',
  run,
};

const rounds = Number(process.env['BENCH_ROUNDS'] ?? 5);
const child = join(import.meta.dirname, 'support', 'sigma-child.ts');
const ask = <Answer>(...args: string[]): Promise<Answer> => askPinned<Answer>(child, args);

async function run(): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-bench-'));
  try {
    const corpus = unpackSigmaCorpus(folder);
    const rsigma = findRsigma();
    if (rsigma === undefined) console.log(`not compared with rsigma: it is not installed (${howToInstall})`);
    else console.log(`compared with ${rsigma.version}`);
    return [
      ...(rsigma === undefined ? [] : await compareHits(rsigma, corpus)),
      ...(await compareSpeed(rsigma, corpus, folder)),
      ...(await compareCounts(corpus)),
      ...(await measureLoad(corpus, folder)),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Event by event and rule by rule. */
async function compareHits(rsigma: Rsigma, { rules, events, unrepeated }: SigmaCorpus): Promise<Figure[]> {
  let different = 0;
  let all = 0;
  for (const { file } of [...events, ...unrepeated]) {
    const theirs = await rsigmaHits(rsigma, rules, file);
    const ours: Hits = new Map(await ask<[string, number][]>('hits', rules, file));
    const found = differences(ours, theirs);
    for (const key of found.slice(0, 10))
      console.log(`${key}: ${ours.get(key) ?? 0} hits, rsigma ${theirs.get(key) ?? 0}`);
    different += found.length;
    all += countHits(theirs);
  }
  return [atMost(`sigma: of ${all} hits of rsigma's, not the same here`, [different], { aim: 0, digits: 0 })];
}

interface Round {
  readonly tocsin: SigmaPace;
  /** Microseconds of CPU time an event, without the load; NaN where it is not installed. */
  readonly rsigmaMicros: number;
}

async function compareSpeed(
  rsigma: Rsigma | undefined,
  { rules, events, all, unrepeated }: SigmaCorpus,
  folder: string,
): Promise<Figure[]> {
  const nothing = join(folder, 'nothing.ndjson');
  writeFileSync(nothing, '{}\n');
  const figures: Figure[] = [];
  const files = [
    ...[...events, all].map((each) => ({ ...each, kind: '' })),
    ...unrepeated.map((each) => ({ ...each, kind: ', no text twice' })),
  ];
  for (const { name, file, kind } of files) {
    const done: Round[] = [];
    for (let round = 0; round < rounds; round += 1)
      done.push(await oneRound(rsigma, { rules, nothing, events: { name, file } }));
    figures.push(...speedFigures(`sigma: 3,141 rules, ${name}${kind}`, done));
  }
  return figures;
}

async function oneRound(
  rsigma: Rsigma | undefined,
  { rules, nothing, events }: { rules: string; nothing: string; events: EventsFile },
): Promise<Round> {
  const tocsin = await ask<SigmaPace>('pace', rules, events.file, '3');
  if (rsigma === undefined) return { tocsin, rsigmaMicros: Number.NaN };
  const empty = await measureRsigma(rsigma, rules, nothing);
  const full = await measureRsigma(rsigma, rules, events.file);
  console.log(
    `${events.name}: rsigma ${full.cpuMs} ms, of it ${empty.cpuMs} for the load, ${full.peakMegabytes.toFixed(0)} MB`,
  );
  return { tocsin, rsigmaMicros: (1_000 * (full.cpuMs - empty.cpuMs)) / tocsin.events };
}

function speedFigures(what: string, done: readonly Round[]): Figure[] {
  const cold = done.map(({ tocsin }) => tocsin.coldMicros / tocsin.events);
  const warm = done.map(({ tocsin }) => median(tocsin.warmMicros) / tocsin.events);
  const parsing = done.map(({ tocsin }) => median(tocsin.parseMicros) / tocsin.events);
  const rsigma = done.map(({ rsigmaMicros }) => rsigmaMicros);
  const perSecond = (micros: readonly number[]): string =>
    spread(
      micros.map((each) => 1_000_000 / each),
      0,
    );
  console.log(
    `${what}: events/s cold ${perSecond(cold)}, warm ${perSecond(warm)}, JSON.parse ${perSecond(parsing)}, rsigma ${perSecond(rsigma)}`,
  );
  const against = [
    plain(`${what}: speed against JSON.parse, first pass`, spread(timesFaster(parsing, cold))),
    plain(`${what}: ... warm`, spread(timesFaster(parsing, warm))),
  ];
  if (rsigma.some(Number.isNaN)) return against;
  return [
    atLeast(`${what}: times rsigma, first pass`, timesFaster(rsigma, cold), 5),
    atLeast(`${what}: ... warm`, timesFaster(rsigma, warm), 5),
    ...against,
  ];
}

async function compareCounts({ allRules, events }: SigmaCorpus): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const { name, file } of events) {
    const times = await ask<SigmaScale>('scale', allRules, file, String(rounds));
    const counts = Object.keys(times)
      .map(Number)
      .sort((a, b) => a - b);
    const least = times[String(counts[0])] ?? [];
    for (const count of counts.slice(1)) {
      const what = `sigma: ${count} rules, ${name}: times the cost of ${counts[0]}`;
      const ratios = timesFaster(times[String(count)] ?? [], least);
      figures.push(
        count === counts.at(-1) ? atMost(what, ratios, { aim: 2, digits: 2 }) : plain(what, spread(ratios)),
      );
    }
  }
  return figures;
}

async function measureLoad({ allRules }: SigmaCorpus, folder: string): Promise<Figure[]> {
  const speed = await machineSpeed();
  const cache = join(folder, 'rules.cache');
  await ask<SigmaLoad>('load', allRules, cache);
  const loads: SigmaLoad[] = [];
  const cached: SigmaLoad[] = [];
  const onAllCores: SigmaLoad[] = [];
  const cachedOnAllCores: SigmaLoad[] = [];
  for (let round = 0; round < rounds; round += 1) {
    loads.push(await ask<SigmaLoad>('load', allRules));
    cached.push(await ask<SigmaLoad>('load', allRules, cache));
    onAllCores.push(await inChild<SigmaLoad>('sigma-child.ts', ['load', allRules]));
    cachedOnAllCores.push(await inChild<SigmaLoad>('sigma-child.ts', ['load', allRules, cache]));
  }
  const what = `sigma: load of 3,780 rules (${loads[0]?.rules ?? 0} without placeholders)`;
  const seconds = (each: string, ms: readonly number[], aim: number): Figure[] =>
    secondsAtMost({ what: `${what}, ${each}`, values: ms.map((one) => one / 1_000), aim, digits: 2, speed });
  const clock = ({ wallMs }: SigmaLoad): number => wallMs;
  const cpu = ({ cpuMs }: SigmaLoad): number => cpuMs;
  return [
    // What somebody waits for who starts it: the engine compiles and collects garbage on threads of its own.
    ...seconds('until an event is matched: by the clock, on all cores, s', onAllCores.map(clock), 1.5),
    ...seconds('until an event is matched: CPU time, s', loads.map(cpu), 1.5),
    ...seconds('the same from the cache: by the clock, on all cores, s', cachedOnAllCores.map(clock), 0.5),
    ...seconds('the same from the cache: CPU time, s', cached.map(cpu), 0.5),
    atMost(
      `${what}: resident memory, MB`,
      loads.map(({ residentMegabytes }) => residentMegabytes),
      { aim: 300, digits: 0 },
    ),
    plain(
      `${what}: peak of it, MB`,
      spread(
        loads.map((each) => each.peakMegabytes),
        0,
      ),
    ),
  ];
}
