import type { Firing } from '../../shared/model/firing.ts';
import { numbersOfLength } from './numbers-of-length.ts';
import { mostNumbers, type NumbersView, type WindowMatch } from './window-kind.ts';

/** A run, as it is written, is three numbers: a time, and the weight and the number of the matches of that time. */
const runSize = 3;

/** Up to so many runs an array has no room to spare. */
const fewRuns = 4;

/** Where the caller asks for no more, the most runs a group keeps. */
export const runsMax = 2 ** 14;

/** The matches of a window as far as counting needs them: how many there were at each time. */
export interface MatchRuns {
  /** Times of the runs, in order; those before `head` have left the window. */
  times: number[];
  /** Of each run its weight and how many matches it is; missing where all are one match of weight 1. */
  amounts: number[] | undefined;
  head: number;
  /** Sums over the runs from `head` on. */
  weight: number;
  matches: number;
  /** Matches after the match of the previous firing, also those that have left the window. */
  sinceFiring: number;
}

export const noRuns = (): MatchRuns => ({
  times: [],
  amounts: undefined,
  head: 0,
  weight: 0,
  matches: 0,
  sinceFiring: 0,
});

export const copyRuns = (state: MatchRuns): MatchRuns => ({
  times: state.times.slice(state.head),
  amounts: state.amounts?.slice(2 * state.head),
  head: 0,
  weight: state.weight,
  matches: state.matches,
  sinceFiring: state.sinceFiring,
});

export const hasRuns = (state: MatchRuns): boolean => state.head < state.times.length;

/** Time of the oldest match in the window, of runs that are not empty. */
export const firstTime = (state: MatchRuns): number => state.times[state.head] as number;

/** As many numbers as they are written as, but for one. */
export const runsSize = (state: MatchRuns): number => runSize * (state.times.length - state.head);

/** More matches since the firing than are in the window say no more than all of those. */
export function writeRuns(state: MatchRuns): readonly number[] {
  const { times, amounts, head, matches, sinceFiring } = state;
  const written = numbersOfLength(1 + runsSize(state));
  written[0] = Math.min(sinceFiring, matches);
  for (let at = head, to = 1; at < times.length; at += 1, to += runSize) {
    written[to] = times[at] as number;
    written[to + 1] = amounts === undefined ? 1 : (amounts[2 * at] as number);
    written[to + 2] = amounts === undefined ? 1 : (amounts[2 * at + 1] as number);
  }
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

/**
 * `expireRuns` and `appendRun` of runs as `writeRuns` writes them, of none of them for no runs. Returns how many numbers they are
 * then; -1, and nothing has changed, where those would be more than `mostNumbers`.
 */
export function appendToWritten(
  { numbers, start, length }: NumbersView,
  { timeMs, weight }: WindowMatch,
  cutoffMs: number,
): number {
  const end = start + length;
  const first = start + 1;
  let from = first;
  while (from < end && (numbers[from] as number) <= cutoffMs) from += runSize;
  const isNewTime = from >= end || numbers[end - runSize] !== timeMs;
  if (isNewTime && end - from + 1 + runSize > mostNumbers) return -1;
  let matches = 1;
  let to = first;
  for (; from < end; from += runSize, to += runSize) {
    numbers[to] = numbers[from] as number;
    numbers[to + 1] = numbers[from + 1] as number;
    numbers[to + 2] = numbers[from + 2] as number;
    matches += numbers[to + 2] as number;
  }
  if (isNewTime) {
    numbers[to] = timeMs;
    numbers[to + 1] = weight;
    numbers[to + 2] = 1;
    to += runSize;
  } else {
    numbers[to - 2] = (numbers[to - 2] as number) + weight;
    numbers[to - 1] = (numbers[to - 1] as number) + 1;
  }
  numbers[start] = Math.min(length === 0 ? 1 : (numbers[start] as number) + 1, matches);
  return to - start;
}

/** Time of the newest match, of runs that are not empty. */
export const lastTime = (state: MatchRuns): number => state.times[state.times.length - 1] as number;

/** Takes the runs at or before the cutoff out of the window. */
export function expireRuns(state: MatchRuns, cutoffMs: number): void {
  const { times, amounts } = state;
  let head = state.head;
  for (; head < times.length && (times[head] as number) <= cutoffMs; head += 1) {
    state.weight -= amounts === undefined ? 1 : (amounts[2 * head] as number);
    state.matches -= amounts === undefined ? 1 : (amounts[2 * head + 1] as number);
  }
  if (head === state.head) return;
  state.head = head;
  if (head === times.length) {
    state.times = [];
    state.amounts = undefined;
    state.head = 0;
  } else if (head > 32 && head * 4 > times.length) {
    // Moved only when at least a quarter is dead, so a match pays a constant share of it.
    times.splice(0, head);
    state.amounts?.splice(0, 2 * head);
    state.head = 0;
  }
}

/** Takes in the next match; its run is the newest. */
export function appendRun(state: MatchRuns, match: WindowMatch, maxRuns = runsMax): void {
  const { timeMs, weight } = match;
  const last = state.times.length - 1;
  if (last >= state.head && state.times[last] === timeMs) addMatch(state, last, weight);
  else {
    const amounts = weight === 1 ? state.amounts : amountsOf(state);
    amounts?.push(weight, 1);
    appendTime(state, timeMs);
  }
  state.weight += weight;
  state.matches += 1;
  state.sinceFiring += 1;
  if (state.times.length - state.head > maxRuns) mergeOlderHalf(state);
}

/** A short array is exact: most groups never hold more, and push would reserve room for seventeen numbers beyond. */
function appendTime(state: MatchRuns, timeMs: number): void {
  const { times } = state;
  if (times.length > fewRuns) {
    times.push(timeMs);
    return;
  }
  const longer = numbersOfLength(times.length + 1);
  for (let at = 0; at < times.length; at += 1) longer[at] = times[at] as number;
  longer[times.length] = timeMs;
  state.times = longer;
}

/** Takes in a match that comes before the newest of the window: its run goes to its place. */
export function insertRun(state: MatchRuns, { timeMs, weight }: WindowMatch): void {
  const { times } = state;
  let low = state.head;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] as number) <= timeMs) low = middle + 1;
    else high = middle;
  }
  if (low > state.head && times[low - 1] === timeMs) addMatch(state, low - 1, weight);
  else {
    const amounts = weight === 1 ? state.amounts : amountsOf(state);
    times.splice(low, 0, timeMs);
    amounts?.splice(2 * low, 0, weight, 1);
  }
  state.weight += weight;
  state.matches += 1;
}

/** Adds a match to the run at this place; the sums are the caller's. */
function addMatch(state: MatchRuns, at: number, weight: number): void {
  const amounts = amountsOf(state);
  amounts[2 * at] = (amounts[2 * at] as number) + weight;
  amounts[2 * at + 1] = (amounts[2 * at + 1] as number) + 1;
}

/** Made where there are none yet. */
function amountsOf(state: MatchRuns): number[] {
  state.amounts ??= Array.from({ length: 2 * state.times.length }, () => 1);
  return state.amounts;
}

/** At the bound: pairs of the older half merge and leave the window together, at the later time of the two. */
function mergeOlderHalf(state: MatchRuns): void {
  const times = state.times.slice(state.head);
  const amounts = amountsOf(state).slice(2 * state.head);
  const half = Math.floor(times.length / 4) * 2;
  for (let at = 0, to = 0; at < half; at += 2, to += 1) {
    times[to] = times[at + 1] as number;
    amounts[2 * to] = (amounts[2 * at] as number) + (amounts[2 * at + 2] as number);
    amounts[2 * to + 1] = (amounts[2 * at + 1] as number) + (amounts[2 * at + 3] as number);
  }
  times.splice(half / 2, half / 2);
  amounts.splice(half, half);
  state.times = times;
  state.amounts = amounts;
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
  firstMs: state.times[state.head] as number,
  lastMs: match.timeMs,
  matches: state.matches,
  fresh: Math.min(state.sinceFiring, state.matches),
});

/** The runs as they were written. */
export function readRuns(written: unknown): MatchRuns {
  const numbers = written as readonly number[];
  const state = noRuns();
  const count = Math.max(0, numbers.length - 1) / runSize;
  if (count > 0) state.times = numbersOfLength(count);
  for (let at = 0, from = 1; at < count; at += 1, from += runSize) {
    const weight = numbers[from + 1] as number;
    const matches = numbers[from + 2] as number;
    state.times[at] = numbers[from] as number;
    const amounts = weight === 1 && matches === 1 ? state.amounts : amountsOf(state);
    if (amounts !== undefined) {
      amounts[2 * at] = weight;
      amounts[2 * at + 1] = matches;
    }
    state.weight += weight;
    state.matches += matches;
  }
  state.sinceFiring = numbers[0] ?? 0;
  return state;
}
