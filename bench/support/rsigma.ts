import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { measurePinned, type Usage } from './pinned.ts';
import { type Hits, hitKey } from './sigma-hits.ts';

/** What rsigma is installed with; other versions are measured too, and named. */
export const howToInstall = 'cargo install --locked rsigma --version 0.23.0';

/** rsigma on this machine. */
export interface Rsigma {
  readonly file: string;
  /** `rsigma 0.23.0` */
  readonly version: string;
}

/** From the search path, or where cargo puts it; undefined where it is not installed. */
export function findRsigma(): Rsigma | undefined {
  const files = ['rsigma', join(process.env['CARGO_HOME'] ?? join(homedir(), '.cargo'), 'bin', 'rsigma')];
  for (const file of files) {
    if (file !== 'rsigma' && !existsSync(file)) continue;
    const { status, stdout } = spawnSync(file, ['--version'], { encoding: 'utf8' });
    if (status === 0) return { file, version: stdout.split('\n', 1)[0] ?? 'rsigma' };
  }
  return undefined;
}

const evalArgs = (rules: string, events: string): string[] => [
  'engine',
  'eval',
  '-r',
  rules,
  '-e',
  `@${events}`,
  '--input-format',
  'json',
  '--output-format',
  'ndjson',
  '--quiet',
];

/** One run over a file of events, on one core, its load of the rules included; matches go to nowhere. */
export const measureRsigma = ({ file }: Rsigma, rules: string, events: string): Promise<Usage> =>
  measurePinned([file, ...evalArgs(rules, events)]);

/** How often each rule hits each event of the file. */
export async function rsigmaHits({ file }: Rsigma, rules: string, events: string): Promise<Hits> {
  const hits = new Map<string, number>();
  const child = spawn(file, [...evalArgs(rules, events), '--include-event'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = once(child, 'exit');
  for await (const line of createInterface({ input: child.stdout })) {
    const { rule_id, event } = JSON.parse(line) as { rule_id: string; event: unknown };
    const key = hitKey(event, rule_id);
    hits.set(key, (hits.get(key) ?? 0) + 1);
  }
  const [code] = await ended;
  if (code !== 0) throw new Error(`rsigma ended with code ${code}`);
  return hits;
}
