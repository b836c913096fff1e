import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sharedData } from './shared-data.ts';

/** One line of the truth: at `line` (from 1), `ip` had N failed passwords in the window. */
export interface TruthFiring {
  readonly line: number;
  readonly ip: string;
  readonly timeMs: number;
}

/** An episode of firings of one address, by the definition of docs/semantics.md. */
export interface TruthIncident {
  readonly ip: string;
  readonly firstSeen: string;
  readonly lastSeen: string;
  readonly events: number;
  readonly firings: number;
}

interface TruthFile {
  readonly filter: string;
  readonly results: readonly {
    N: number;
    window_s: number;
    mode: string;
    fires_half_open: readonly number[];
  }[];
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export const authLog = join(sharedData, 'sshd', 'auth.log');

export const authLines = (): string[] => readFileSync(authLog, 'latin1').replace(/\n$/, '').split('\n');

function matchesOf(truth: TruthFile, year: number): TruthFiring[] {
  const filter = new RegExp(truth.filter.replaceAll('?P<', '?<'));
  return authLines().flatMap((text, index) => {
    const found = filter.exec(text);
    if (found === null) return [];
    const [, month = '', day = '', time = ''] = /^(\w{3}) +(\d+) ([\d:]{8})/.exec(text) ?? [];
    const date = `${year}-${String(months.indexOf(month) + 1).padStart(2, '0')}-${day.padStart(2, '0')}`;
    return [{ line: index + 1, ip: found.groups?.['ip'] ?? '', timeMs: Date.parse(`${date}T${time}Z`) }];
  });
}

/** The given truth for N in W (half-open), and what follows from it: the firings' addresses and the incidents. */
export function sshdTruth(options: { count: number; windowSeconds: number; dedupMs: number; year: number }): {
  firings: readonly TruthFiring[];
  incidents: readonly TruthIncident[];
} {
  const file = join(sharedData, 'sshd', 'elastic_auth.failed_password.window_truth.json');
  const truth = JSON.parse(readFileSync(file, 'utf8')) as TruthFile;
  const result = truth.results.find(
    (each) => each.N === options.count && each.window_s === options.windowSeconds && each.mode === 'count',
  );
  if (result === undefined) throw new Error(`no truth for ${options.count} in ${options.windowSeconds} s`);
  const matches = matchesOf(truth, options.year);
  const fires = new Set(result.fires_half_open);
  const firings = matches.filter((match) => fires.has(match.line));
  const byIp = Map.groupBy(firings, (firing) => firing.ip);
  const incidents = [...byIp].flatMap(([ip, own]) => {
    const windowed = matches.filter((match) => match.ip === ip);
    return episodes(own, options.dedupMs).map((episode) =>
      incidentOf({ ip, episode, windowed, windowMs: options.windowSeconds * 1000 }),
    );
  });
  return { firings, incidents };
}

function episodes(firings: readonly TruthFiring[], dedupMs: number): TruthFiring[][] {
  const all: TruthFiring[][] = [];
  for (const firing of firings) {
    const last = all.at(-1);
    if (last !== undefined && firing.timeMs - (last.at(-1)?.timeMs ?? 0) < dedupMs) last.push(firing);
    else all.push([firing]);
  }
  return all;
}

function incidentOf(of: {
  ip: string;
  episode: readonly TruthFiring[];
  windowed: readonly TruthFiring[];
  windowMs: number;
}): TruthIncident {
  const contributing = new Set<TruthFiring>();
  for (const firing of of.episode) {
    for (const match of of.windowed) {
      const isInWindow =
        match.timeMs > firing.timeMs - of.windowMs &&
        (match.timeMs < firing.timeMs || (match.timeMs === firing.timeMs && match.line <= firing.line));
      if (isInWindow) contributing.add(match);
    }
  }
  const times = [...contributing].map((match) => match.timeMs);
  return {
    ip: of.ip,
    firstSeen: new Date(Math.min(...times)).toISOString(),
    lastSeen: new Date(Math.max(...times)).toISOString(),
    events: contributing.size,
    firings: of.episode.length,
  };
}
