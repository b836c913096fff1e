import { fork } from 'node:child_process';
import { once } from 'node:events';
import { cpus } from 'node:os';
import { type Bench, type Figure, printTable } from './support/figures.ts';

// `npm run bench` runs all benches, `npm run bench -- NAME ...` some. Each has a process of its own, so that none runs
// on code that another has warmed or spoiled.

const benches: Readonly<Record<string, () => Promise<{ bench: Bench }>>> = {
  decode: () => import('./decode.ts'),
  matching: () => import('./matching.ts'),
  windows: () => import('./windows.ts'),
  bounds: () => import('./bounds.ts'),
  sigma: () => import('./sigma.ts'),
  'end-to-end': () => import('./end-to-end.ts'),
  latency: () => import('./latency.ts'),
  notify: () => import('./notify.ts'),
  start: () => import('./start.ts'),
};

if (process.send === undefined) await runEach(process.argv.slice(2));
else await runHere(process.argv[2] ?? '', process.send.bind(process));

async function runHere(name: string, send: (figures: readonly Figure[]) => void): Promise<void> {
  const { bench } = (await benches[name]?.()) ?? {};
  const lacks = bench?.lacks();
  if (lacks !== undefined) console.log(`${name}: skipped: ${lacks}`);
  send(bench === undefined || lacks !== undefined ? [] : await bench.run());
  process.disconnect();
}

async function runEach(names: readonly string[]): Promise<void> {
  const unknown = names.filter((name) => !Object.hasOwn(benches, name));
  if (unknown.length > 0) {
    console.error(`no bench is called ${unknown.join(', ')}; there are ${Object.keys(benches).join(', ')}`);
    process.exitCode = 2;
    return;
  }
  const figures: Figure[] = [];
  for (const name of names.length > 0 ? names : Object.keys(benches)) {
    console.log(`\n## ${name}`);
    figures.push(...(await runInChild(name)));
  }
  console.log(`\nNode ${process.version}, ${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'})\n`);
  printTable(figures);
}

async function runInChild(name: string): Promise<readonly Figure[]> {
  const child = fork(import.meta.filename, [name], {
    execArgv: ['--disable-warning=TimeoutNegativeWarning'],
  });
  let figures: readonly Figure[] = [];
  child.on('message', (message) => {
    figures = message as readonly Figure[];
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) process.exitCode = 1;
  return figures;
}
