import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Bench, type Figure, median, plain, spread } from './support/figures.ts';

// `npm start` on a fresh clone whose packages are installed: until its first line, until its first incident. The
// sample attacks are played as a shipper would, so a part of the second is theirs.

export const bench: Bench = {
  lacks: () =>
    spawnSync('git', ['-C', root, 'rev-parse']).status === 0 ? undefined : 'this is no git clone',
  run,
};

const root = join(import.meta.dirname, '..');
const rounds = 5;

async function run(): Promise<readonly Figure[]> {
  const npm: number[] = [];
  const starts: Start[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const startedMs = performance.now();
    spawnSync('npm', ['--version']);
    npm.push(performance.now() - startedMs);
    starts.push(await startOnce());
  }
  const firstLine = starts.map((start) => start.firstLineMs);
  const firstIncident = starts.map((start) => start.firstIncidentMs);
  return [
    seconds('start: `npm start` to its first line', firstLine, npm),
    seconds('start: `npm start` to its first incident', firstIncident, npm),
  ];
}

function seconds(what: string, tookMs: readonly number[], npm: readonly number[]): Figure {
  const times = tookMs.map((ms, round) => ms / (npm[round] ?? Number.NaN));
  return plain(what, `${(median(tookMs) / 1_000).toFixed(1)} s, ${spread(times, 1)} times \`npm --version\``);
}

interface Start {
  readonly firstLineMs: number;
  readonly firstIncidentMs: number;
}

async function startOnce(): Promise<Start> {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-start-'));
  try {
    const clone = join(folder, 'tocsin');
    const { status } = spawnSync('git', ['clone', '--quiet', root, clone], { stdio: 'inherit' });
    if (status !== 0) throw new Error('git clone failed');
    symlinkSync(join(root, 'node_modules'), join(clone, 'node_modules'));
    // The port of the status page may be taken on the machine that measures.
    writeFileSync(join(clone, 'tocsin.json'), JSON.stringify({ web: { listen: '127.0.0.1:0' } }));
    return await timeStart(clone);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function timeStart(clone: string): Promise<Start> {
  const startedMs = performance.now();
  // A group of its own: npm and what it starts end together.
  const child = spawn('npm', ['start', '--silent'], {
    cwd: clone,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  try {
    const [firstLineMs, firstIncidentMs] = await Promise.all([
      whenPrinted(child, /tocsin \d/),
      whenPrinted(child, /^\d\d:\d\d:\d\d .* opened /m),
    ]);
    return { firstLineMs: firstLineMs - startedMs, firstIncidentMs: firstIncidentMs - startedMs };
  } finally {
    const ended = once(child, 'exit');
    process.kill(-(child.pid ?? 0), 'SIGTERM');
    await ended;
  }
}

/** The time at which standard output has the pattern. Rejects when the process ends before. */
function whenPrinted(child: ChildProcess, pattern: RegExp): Promise<number> {
  return new Promise((resolve, reject) => {
    let text = '';
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      said += String(chunk);
    });
    child.stdout?.on('data', (chunk: Buffer) => {
      text += String(chunk);
      if (pattern.test(text)) resolve(performance.now());
    });
    child.once('exit', () =>
      reject(new Error(`npm start ended before it printed ${pattern}:\n${text}${said}`)),
    );
  });
}
