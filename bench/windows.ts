import { type Bench, type Figure, median, plain } from './support/figures.ts';
import { inChild } from './support/in-child.ts';
import { machineSpeed, rateAtLeast, secondsAtMost } from './support/machine-speed.ts';
import { windowCases } from './support/window-cases.ts';
import type { WindowKindRun } from './support/window-kind-run.ts';
import type { WindowRestart } from './support/window-restart-run.ts';
import type { WindowWriteCost } from './support/window-write-run.ts';

// Windows alone: matches in, firings and deltas out, in memory; then their state on disk. `BENCH_KINDS` names the kinds,
// `BENCH_KEYS` the numbers of keys, both separated by commas.

export const bench: Bench = { lacks: () => undefined, run };

const kinds = process.env['BENCH_KINDS']?.split(',');
const allKeys = (process.env['BENCH_KEYS'] ?? '1,1000,1000000').split(',').map(Number);
/** Shares of the matches that come late; those in order are measured thrice, since aims are about them. */
const disorders = [0, 0.01, 0.2];
const timesInOrder = 3;
/** What is aimed at for some kinds, in thousand matches a second of CPU time, in order and with one key. */
const aims: Readonly<Record<string, number>> = { event_count: 2_000, value_count: 300 };
const slowdownMax = 4;
const bytesPerKeyMax = 150;

async function run(): Promise<readonly Figure[]> {
  const speed = await machineSpeed();
  const figures: Figure[] = [];
  for (const [place, { name, maxKeys }] of windowCases.entries()) {
    if (kinds !== undefined && !kinds.includes(name)) continue;
    const keys = allKeys.filter((count) => count <= (maxKeys ?? Number.POSITIVE_INFINITY));
    figures.push(...(await runKind({ place, name, speed }, keys)));
  }
  if (kinds === undefined) figures.push(...(await runOnDisk(speed)));
  return figures;
}

interface KindCase {
  readonly place: number;
  readonly name: string;
  readonly speed: number | undefined;
}

async function runKind(
  { place, name, speed }: KindCase,
  allOf: readonly number[],
): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  let withOneKey: number | undefined;
  for (const keys of allOf) {
    const aim = aims[name];
    const measure = (disorder: number): Promise<WindowKindRun> =>
      inChild('window-kind-run.ts', [place, keys, disorder]);
    const runs: WindowKindRun[] = [];
    for (const disorder of disorders) runs.push(await measure(disorder));
    const [once] = runs;
    if (once === undefined) continue;
    const again = aim === undefined ? 0 : timesInOrder - 1;
    const inOrder = [once];
    for (let time = 0; time < again; time += 1) inOrder.push(await measure(0));
    const rate = median(inOrder.map((run) => run.rate));
    const what = `${name}, ${keys.toLocaleString('en')} ${keys === 1 ? 'key' : 'keys'}`;
    console.log(`${what}: ${runs.map(({ rate }) => rate.toFixed(3)).join(' / ')} million matches/s`);
    figures.push(
      plain(
        `${what}: in order / 1 % / 20 % late`,
        `${runs.map(({ rate }) => thousands(rate)).join(' / ')} thousand/s`,
      ),
    );
    if (keys === 1 && aim !== undefined)
      figures.push(
        ...rateAtLeast({
          what: '... in order, thousand a second',
          values: inOrder.map((run) => run.rate * 1_000),
          aim,
          digits: 0,
          speed,
        }),
      );
    if (name === 'event_count') {
      const map = await inChild<WindowKindRun>('window-kind-run.ts', [place, keys, 0, 'map']);
      figures.push(plain(`... times the speed of a Map of arrays`, (rate / map.rate).toFixed(2)));
    }
    withOneKey ??= keys === 1 ? rate : undefined;
    if (keys < 1_000_000) continue;
    figures.push(...manyKeys(name, { ...once, rate }, withOneKey));
    if (name === 'event_count') figures.push(...(await inAnyOrder(place, keys, withOneKey)));
  }
  return figures;
}

/** Keys that come in another order each time are strangers to each other in the memory of the groups, too. */
async function inAnyOrder(place: number, keys: number, withOneKey: number | undefined): Promise<Figure[]> {
  const rates: number[] = [];
  for (let time = 0; time < timesInOrder; time += 1)
    rates.push((await inChild<WindowKindRun>('window-kind-run.ts', [place, keys, 0, 'reordered'])).rate);
  const rate = median(rates);
  const slower =
    withOneKey === undefined ? '' : `, ${(withOneKey / rate).toFixed(1)} times slower than 1 key`;
  return [plain('... keys in another order each time', `${thousands(rate)} thousand/s${slower}`)];
}

function manyKeys(
  name: string,
  { rate, bytesPerKey }: WindowKindRun,
  withOneKey: number | undefined,
): Figure[] {
  const memory = { what: `... memory a key`, figure: `${bytesPerKey.toFixed(0)} bytes` };
  if (name !== 'event_count') return [plain(memory.what, memory.figure)];
  const figures: Figure[] = [
    { ...memory, aim: `<= ${bytesPerKeyMax} bytes`, isReached: bytesPerKey <= bytesPerKeyMax },
  ];
  if (withOneKey === undefined) return figures;
  const slowdown = withOneKey / rate;
  const isReached = slowdown <= slowdownMax;
  return [
    ...figures,
    {
      what: `... times slower than with one key`,
      figure: slowdown.toFixed(1),
      aim: `<= ${slowdownMax}`,
      isReached,
    },
  ];
}

const thousands = (millions: number): string => Math.round(millions * 1_000).toLocaleString('en');

async function runOnDisk(speed: number | undefined): Promise<readonly Figure[]> {
  const restart = await inChild<WindowRestart>('window-restart-run.ts', [1_000_000]);
  const cost = await inChild<WindowWriteCost>('window-write-run.ts', [1_000_000]);
  const { cpuMs, elapsedMs, megabytes, storedMegabytes } = restart;
  const what = `restart with 1,000,000 live keys (event_count, ${storedMegabytes.toFixed(0)} MB) until ready`;
  const seconds = (each: string, ms: number): Figure[] =>
    secondsAtMost({ what: `${what}: ${each}, s`, values: [ms / 1_000], aim: 1.5, digits: 2, speed });
  return [
    ...seconds('by the clock', elapsedMs),
    ...seconds('CPU time', cpuMs),
    {
      what: '... memory of the process then',
      figure: `${megabytes.toFixed(0)} MB`,
      aim: '<= 500 MB',
      isReached: megabytes <= 500,
    },
    ...cost.byKeysTouched.map(({ touched, micros, kilobytes }) =>
      plain(
        `write of a batch that touches ${touched.toLocaleString('en')} of 1,000,000 keys, CPU time`,
        `${(micros / 1_000).toFixed(2)} ms, ${kilobytes.toFixed(1)} kB`,
      ),
    ),
  ];
}
