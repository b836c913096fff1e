import type { Firing } from '../../shared/model/firing.ts';
import { numbersOfLength } from './numbers-of-length.ts';
import type { NumbersView, WindowMatch } from './window-kind.ts';

/** A run is the matches of one time: three numbers (time, weight, matches) in one flat array. */
const runSize = 3;

/** Up to so many runs an array has no room to spare. */
const fewRuns = 4;

/** Where the caller asks for no more, the most runs a group keeps. */
export const runsMax = 2 ** 14;

/** The matches of a window as far as counting needs them: how many there were at each time. */
export interface MatchRuns {
  /** Runs in order of time; those before `head` have left the window. */
  runs: number[];
  head: number;
  /** Sums over the runs from `head` on. */
  weight: number;
  matches: number;
  /** Matches after the match of the previous firing, also those that have left the window. */
  sinceFiring: number;
}

export const noRuns = (): MatchRuns => ({ runs: [], head: 0, weight: 0, matches: 0, sinceFiring: 0 });

export const copyRuns = (state: MatchRuns): MatchRuns => ({
  ...state,
  runs: state.runs.slice(state.head),
  head: 0,
});

export const hasRuns = (state: MatchRuns): boolean => state.head < state.runs.length;

/** Time of the oldest match in the window, of runs that are not empty. */
export const firstTime = (state: MatchRuns): number => state.runs[state.head] as number;

export const runsSize = (state: MatchRuns): number => state.runs.length - state.head;

/** More matches since the firing than are in the window say no more than all of those. */
export function writeRuns({ runs, head, matches, sinceFiring }: MatchRuns): readonly number[] {
  const written = numbersOfLength(1 + runs.length - head);
  written[0] = Math.min(sinceFiring, matches);
  for (let at = head; at < runs.length; at += 1) written[1 + at - head] = runs[at] as number;
  return written;
}

/** Time of the newest match of runs as `writeRuns` writes them. */
export const lastTimeOfWritten = ({ numbers, start, length }: NumbersView): number =>
  numbers[start + length - runSize] as number;

/** The weight of runs as `writeRuns` writes them. */
export function weightOfWritten({ numbers, start, length }: NumbersView): number {
  let weight = 0;
  for (let at = start + 2; at < start + length; at += runSize) weight += numbers[at] as number;
  return weight;
}

/** Time of the newest match, of runs that are not empty. */
export const lastTime = (state: MatchRuns): number => state.runs[state.runs.length - runSize] as number;

/** Takes the runs at or before the cutoff out of the window. */
export function expireRuns(state: MatchRuns, cutoffMs: number): void {
  const { runs } = state;
  let head = state.head;
  while (head < runs.length && (runs[head] as number) <= cutoffMs) {
    state.weight -= runs[head + 1] as number;
    state.matches -= runs[head + 2] as number;
    head += runSize;
  }
  if (head === state.head) return;
  if (head === runs.length) {
    state.runs = [];
    head = 0;
  } else if (head > 96 && head * 2 > runs.length) {
    // Moved only when at least half is dead, so a match pays a constant share of it.
    runs.splice(0, head);
    head = 0;
  }
  state.head = head;
}

/** Takes in the next match; its run is the newest. */
export function appendRun(state: MatchRuns, match: WindowMatch, maxRuns = runsMax): void {
  const { runs } = state;
  const last = runs.length - runSize;
  if (last >= state.head && runs[last] === match.timeMs) {
    runs[last + 1] = (runs[last + 1] as number) + match.weight;
    runs[last + 2] = (runs[last + 2] as number) + 1;
  } else if (runs.length === 0) {
    state.runs = [match.timeMs, match.weight, 1];
    state.head = 0;
  } else if (runs.length <= fewRuns * runSize) {
    // Exact arrays: most groups never hold more, and push would reserve room for seventeen numbers beyond.
    state.runs = extended(runs, state.head, match);
    state.head = 0;
  } else {
    runs.push(match.timeMs, match.weight, 1);
  }
  state.weight += match.weight;
  state.matches += 1;
  state.sinceFiring += 1;
  if ((state.runs.length - state.head) / runSize > maxRuns) mergeOlderHalf(state);
}

function extended(runs: readonly number[], head: number, match: WindowMatch): number[] {
  const length = runs.length - head;
  const longer = numbersOfLength(length + runSize);
  for (let at = 0; at < length; at += 1) longer[at] = runs[head + at] as number;
  longer[length] = match.timeMs;
  longer[length + 1] = match.weight;
  longer[length + 2] = 1;
  return longer;
}

/** Takes in a match that comes before the newest of the window: its run goes to its place. */
export function insertRun(state: MatchRuns, match: WindowMatch): void {
  const { runs } = state;
  let low = state.head / runSize;
  let high = runs.length / runSize;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((runs[middle * runSize] as number) <= match.timeMs) low = middle + 1;
    else high = middle;
  }
  const at = low * runSize;
  const behind = at - runSize;
  if (behind >= state.head && runs[behind] === match.timeMs) {
    runs[behind + 1] = (runs[behind + 1] as number) + match.weight;
    runs[behind + 2] = (runs[behind + 2] as number) + 1;
  } else {
    runs.splice(at, 0, match.timeMs, match.weight, 1);
  }
  state.weight += match.weight;
  state.matches += 1;
}

/** At the bound: pairs of the older half merge and leave the window together, at the later time of the two. */
function mergeOlderHalf(state: MatchRuns): void {
  const runs = state.runs.slice(state.head);
  const half = Math.floor(runs.length / runSize / 4) * 2 * runSize;
  let to = 0;
  for (let at = 0; at < half; at += 2 * runSize, to += runSize) {
    runs[to] = runs[at + 3] as number;
    runs[to + 1] = (runs[at + 1] as number) + (runs[at + 4] as number);
    runs[to + 2] = (runs[at + 2] as number) + (runs[at + 5] as number);
  }
  runs.splice(to, half - to);
  state.runs = runs;
  state.head = 0;
}

/** The firing at the newest match of the runs, of the half-open window that ends with it. */
export const firingAt = (
  state: MatchRuns,
  match: WindowMatch,
  { timespanMs, value }: { readonly timespanMs: number; readonly value: number },
): Firing => ({
  timeMs: match.timeMs,
  position: match.position,
  value,
  fromMs: match.timeMs - timespanMs,
  toMs: match.timeMs,
  firstMs: state.runs[state.head] as number,
  lastMs: match.timeMs,
  matches: state.matches,
  fresh: Math.min(state.sinceFiring, state.matches),
});

/** The runs as they were written. */
export function readRuns(written: unknown): MatchRuns {
  const numbers = written as readonly number[];
  const runs = numbersOfLength(Math.max(0, numbers.length - 1));
  let weight = 0;
  let matches = 0;
  for (let at = 0; at < runs.length; at += runSize) {
    runs[at] = numbers[at + 1] as number;
    runs[at + 1] = numbers[at + 2] as number;
    runs[at + 2] = numbers[at + 3] as number;
    weight += runs[at + 1] as number;
    matches += runs[at + 2] as number;
  }
  return { runs, head: 0, weight, matches, sinceFiring: numbers[0] ?? 0 };
}
