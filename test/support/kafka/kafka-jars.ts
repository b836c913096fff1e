import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const version = '4.1.1';
const cache = join(homedir(), '.cache', 'tocsin-kafka');
const jars = join(cache, version);
const fetchLimitMs = 800_000;
/** A repository that does not answer is asked again. */
const fetchTries = 3;

/** What a real Kafka would need and this machine lacks, in words; undefined when it can run. */
export function kafkaLacks(): string | undefined {
  if (!isOnPath('java')) return 'Java (17 or later) is not installed';
  if (!existsSync(jars) && !isOnPath('mvn')) return 'Maven is not installed, so Kafka cannot be fetched';
  return undefined;
}

/** Runs at most one fetch at a time in this process. */
let fetching: Promise<string> | undefined;

/** The folder with Kafka's jars; the first call ever on a machine fetches them (54 MB) from Maven Central. */
export function kafkaJars(): Promise<string> {
  fetching ??= fetchJars();
  return fetching;
}

async function fetchJars(): Promise<string> {
  if (existsSync(jars)) return jars;
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'fetching-'));
  try {
    const pom = join(import.meta.dirname, 'pom.xml');
    const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${folder}`];
    await fetchWith(['-q', '-B', '-f', pom, ...goal]);
    // Another run may have come first; its folder is as good.
    if (!existsSync(jars)) renameSync(folder, jars);
    return jars;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function fetchWith(args: readonly string[]): Promise<void> {
  const signal = AbortSignal.timeout(fetchLimitMs);
  for (let tried = 1; ; tried += 1) {
    try {
      await promisify(execFile)('mvn', args, { signal });
      return;
    } catch (error) {
      if (tried === fetchTries || signal.aborted) throw error;
    }
  }
}

function isOnPath(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
