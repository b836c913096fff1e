import { readFileSync } from 'node:fs';
import { loadRules } from '../../src/config/rule-files.ts';
import { SigmaMemory } from '../../src/config/sigma-memory.ts';
import { SigmaPlans } from '../../src/config/sigma-plans.ts';
import { compileMatcher } from '../../src/detect/match/matcher.ts';
import type { Rule } from '../../src/shared/model/rule.ts';
import { alternate, type WorkOnSlice } from './alternate.ts';
import { asLogEvent } from './as-log-event.ts';
import { EventLines } from './event-lines.ts';
import { peakMegabytes } from './progress.ts';
import { hitKey } from './sigma-hits.ts';

// A child process: tocsin's matcher with SigmaHQ's rules over a file of events, no log source given. Arguments: what to
// do, then the folders and files of it. Sends the parent one answer.

/** How fast events are parsed and matched, in microseconds of CPU time a pass over all of them. */
export interface SigmaPace {
  readonly events: number;
  readonly hits: number;
  /** The first pass, right after the load: caches empty, code not compiled. */
  readonly coldMicros: number;
  readonly warmMicros: readonly number[];
  /** `JSON.parse` of the same lines alone. */
  readonly parseMicros: readonly number[];
}

/** By number of rules: microseconds of CPU time a pass, parsing included. */
export type SigmaScale = Readonly<Record<string, readonly number[]>>;

/** What reading the rules takes, until the first event is matched. */
export interface SigmaLoad {
  readonly rules: number;
  readonly cpuMs: number;
  readonly wallMs: number;
  readonly residentMegabytes: number;
  readonly peakMegabytes: number;
}

const [task = '', rulesPath = '', eventsPath = '', passes = ''] = process.argv.slice(2);
const tasks: Readonly<Record<string, () => unknown>> = { pace, hits, scale, load };
const answer = tasks[task]?.();
if (answer === undefined) throw new Error(`there is no task ${task}`);
process.send?.(answer, () => process.disconnect());

function readRules(path: string): readonly Rule[] {
  const first = loadRules([path]);
  const missing = first.faults.map(({ message }) => /^placeholder %([\w-]+)% has/.exec(message)?.[1] ?? '');
  if (missing.length === 0) return first.rules.map(({ rule }) => rule);
  const placeholders = Object.fromEntries(missing.map((name) => [name, ['one value', 'another*']]));
  return loadRules([path], { placeholders }).rules.map(({ rule }) => rule);
}

/** Parses lines and matches the events; gives the number of matches. */
function openMatcher(rules: readonly Rule[]): (lines: EventLines, from: number, to: number) => number {
  const { matcher, faults } = compileMatcher(rules);
  if (faults.length > 0) throw new Error(JSON.stringify(faults[0]));
  return (lines, from, to) => {
    let found = 0;
    for (let at = from; at < to; at += 1)
      found += matcher.match(asLogEvent(JSON.parse(lines.line(at)), at)).length;
    return found;
  };
}

function parse(lines: EventLines, from: number, to: number): void {
  for (let at = from; at < to; at += 1) JSON.parse(lines.line(at));
}

function pace(): SigmaPace {
  const lines = new EventLines(readFileSync(eventsPath));
  const match = openMatcher(readRules(rulesPath));
  // The index is built with the first event, which is part of the load.
  match(lines, 0, 1);
  const before = process.cpuUsage();
  const hits = match(lines, 0, lines.length);
  const { user, system } = process.cpuUsage(before);
  const times = alternate(
    {
      parse: (from, to) => parse(lines, from, to),
      match: (from, to) => void match(lines, from, to),
    },
    { items: lines.length, slice: 2_000, rounds: Number(passes), warmUps: 1 },
  );
  return {
    events: lines.length,
    hits,
    coldMicros: user + system,
    warmMicros: times.match,
    parseMicros: times.parse,
  };
}

function hits(): readonly (readonly [string, number])[] {
  const lines = new EventLines(readFileSync(eventsPath));
  const { matcher } = compileMatcher(readRules(rulesPath));
  const found = new Map<string, number>();
  for (let at = 0; at < lines.length; at += 1) {
    const fields = JSON.parse(lines.line(at));
    for (const { ruleId } of matcher.match(asLogEvent(fields, at))) {
      const key = hitKey(fields, ruleId);
      found.set(key, (found.get(key) ?? 0) + 1);
    }
  }
  return [...found];
}

/** Those of `rules/` in tenths and hundredths, and all. */
function scale(): SigmaScale {
  const lines = new EventLines(readFileSync(eventsPath));
  const all = readRules(rulesPath);
  const subjects: Record<string, WorkOnSlice> = {};
  for (const count of [38, 380, 3_141, all.length]) {
    const match = openMatcher(
      Array.from({ length: count }, (_, at) => all[Math.floor((at * all.length) / count)]).filter(
        (rule) => rule !== undefined,
      ),
    );
    subjects[`${count}`] = (from, to) => void match(lines, from, to);
  }
  return alternate(subjects, { items: lines.length, slice: 2_000, rounds: Number(passes) });
}

/** Given a file, through the caches there; they are written where they are missing, and must be good where they are not. */
function load(): SigmaLoad {
  const onIgnored = (reason: string): never => {
    throw new Error(reason);
  };
  const isCached = eventsPath !== '';
  const before = process.cpuUsage();
  const from = performance.now();
  const memory = new SigmaMemory(isCached ? { file: eventsPath, onIgnored } : undefined);
  const plans = new SigmaPlans(isCached ? { file: `${eventsPath}.index`, onIgnored } : undefined);
  const { rules } = loadRules([rulesPath], { memory });
  const { matcher } = compileMatcher(
    rules.map(({ rule }) => rule),
    { plans },
  );
  matcher.match(asLogEvent({ EventID: 1 }, 0));
  const { user, system } = process.cpuUsage(before);
  const wallMs = performance.now() - from;
  memory.save();
  plans.save();
  return {
    rules: rules.length,
    cpuMs: (user + system) / 1_000,
    wallMs,
    residentMegabytes: process.memoryUsage.rss() / 1_048_576,
    peakMegabytes: peakMegabytes(process.pid),
  };
}
