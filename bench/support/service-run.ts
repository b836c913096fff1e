import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuMsOf, type Pace, type Progress, paceOf, peakMegabytes } from './progress.ts';

const root = join(import.meta.dirname, '..', '..');

export interface ServiceSetup {
  readonly brokers: readonly string[];
  readonly topics: readonly string[];
  readonly rules: readonly string[];
  readonly profile?: string;
}

/** A service's folder, and where it answers. */
export interface ServiceHome {
  readonly folder: string;
  readonly configFile: string;
  readonly address: string;
}

/** A folder with tocsin's configuration for a fresh consumer group and a fresh state; remove it afterwards. */
export async function configureService({
  brokers,
  topics,
  rules,
  profile,
}: ServiceSetup): Promise<ServiceHome> {
  const listen = `127.0.0.1:${await freePort()}`;
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-bench-'));
  const config = {
    logLevel: 'warn',
    bus: { kind: 'kafka', brokers, groupId: `bench-${Date.now()}-${process.pid}` },
    sources: [
      {
        name: 'zeek',
        topics,
        format: 'json',
        time: { field: 'ts', format: 'iso8601' },
        ...(profile === undefined ? {} : { profile }),
      },
    ],
    rules,
    state: { file: 'state/tocsin.db' },
    web: { listen },
  };
  const configFile = join(folder, 'tocsin.json');
  writeFileSync(configFile, JSON.stringify(config));
  return { folder, configFile, address: `http://${listen}` };
}

export interface ServicePace extends Pace {
  /** Matches that the rules found, as a share of the records. */
  readonly matchShare: number;
  readonly commits: number;
}

/** Runs `tocsin run` as a child until it has read so many records; its pace between the first look and the last record. */
export async function runService(setup: ServiceSetup, wanted: number): Promise<ServicePace> {
  const home = await configureService(setup);
  const program = [join(root, 'src', 'main.ts'), 'run', '--config', home.configFile];
  const child = spawn(process.execPath, [...profiling(), ...program], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  try {
    const pid = child.pid ?? 0;
    const { first, last } = await watch(child, home.address, wanted);
    const metrics = await readMetrics(home.address);
    const pace = paceOf(first, last, peakMegabytes(pid));
    const matches = sumOf(metrics, 'tocsin_matches_total');
    return { ...pace, matchShare: matches / wanted, commits: sumOf(metrics, 'tocsin_commit_seconds_count') };
  } finally {
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
    rmSync(home.folder, { recursive: true, force: true });
  }
}

/** With BENCH_CPU_PROFILES=FOLDER each run of the service leaves a CPU profile there. */
function profiling(): string[] {
  const folder = process.env['BENCH_CPU_PROFILES'];
  return folder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${folder}`];
}

/** Asks for the metrics again and again; the service answers between two turns, so each answer is a whole number of turns. */
async function watch(
  child: ChildProcess,
  address: string,
  wanted: number,
): Promise<{ first: Progress; last: Progress }> {
  let first: Progress | undefined;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`tocsin ended with code ${child.exitCode}`);
    const metrics = await readMetrics(address).catch(() => '');
    const progress = {
      records: sumOf(metrics, 'tocsin_records_total'),
      atMs: performance.now(),
      cpuMs: cpuMsOf(child.pid ?? 0),
    };
    if (progress.records > 0) first ??= progress;
    if (first !== undefined && progress.records >= wanted) return { first, last: progress };
    await sleep(50);
  }
}

const readMetrics = async (address: string): Promise<string> => (await fetch(`${address}/metrics`)).text();

/** The sum of a metric's series in Prometheus' text. */
function sumOf(text: string, name: string): number {
  const lines = text.split('\n').filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`));
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
