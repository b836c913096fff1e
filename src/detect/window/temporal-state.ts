import {
  copyRuns,
  hasRuns,
  lastTime,
  type MatchRuns,
  noRuns,
  readRuns,
  runsSize,
  writeRuns,
} from './match-runs.ts';
import { never } from './rule-sequences.ts';

/** What a window over rules keeps of a group. */
export interface TemporalState {
  seen: MatchRuns;
  /** By step of each sequence, see `rule-sequences.ts`. */
  times: number[];
  /** By sequence: the last match of a rule that must not match. */
  lastNoneMs: number[];
  /** By sequence: when those that came about began, each of which is judged a timespan later; in order. */
  waiting: number[][];
}

/** Where more begin within a timespan, pairs of the older half are judged together, as the later of the two. */
const waitingMax = 4_096;

const nevers = (count: number): number[] => Array.from({ length: count }, () => never);

export function clearTemporal(state: TemporalState): void {
  state.seen = noRuns();
  state.times = nevers(state.times.length);
  state.lastNoneMs = nevers(state.lastNoneMs.length);
  state.waiting = state.waiting.map(() => []);
}

/** The state of a group never seen, and its way to JSON and back. */
export const temporalStates = (size: { readonly steps: number; readonly sequences: number }) => ({
  init: (): TemporalState => ({
    seen: noRuns(),
    times: nevers(size.steps),
    lastNoneMs: nevers(size.sequences),
    waiting: Array.from({ length: size.sequences }, () => []),
  }),
  copy: ({ seen, times, lastNoneMs, waiting }: TemporalState): TemporalState => ({
    seen: copyRuns(seen),
    times: times.slice(),
    lastNoneMs: lastNoneMs.slice(),
    waiting: waiting.map((starts) => starts.slice()),
  }),
  isEmpty: ({ seen }: TemporalState): boolean => !hasRuns(seen),
  newestMs: ({ seen }: TemporalState): number => lastTime(seen),
  size: ({ seen, times, waiting }: TemporalState): number =>
    runsSize(seen) + times.length + waiting.reduce((sum, starts) => sum + starts.length, 0),
  write: ({ seen, times, lastNoneMs, waiting }: TemporalState): Written => [
    writeRuns(seen),
    writeTimes(times),
    writeTimes(lastNoneMs),
    waiting.map((starts) => starts.slice()),
  ],
  read(written: unknown): TemporalState {
    const [seen, times, lastNoneMs, waiting] = written as Written;
    return {
      seen: readRuns(seen),
      times: readTimes(times),
      lastNoneMs: readTimes(lastNoneMs),
      waiting: waiting.map((starts) => starts.slice()),
    };
  },
});

type Times = readonly (number | null)[];
type Written = readonly [unknown, Times, Times, readonly (readonly number[])[]];

/** JSON has no infinity. */
const writeTimes = (times: readonly number[]): Times => times.map((ms) => (ms === never ? null : ms));
const readTimes = (times: Times): number[] => times.map((ms) => ms ?? never);

/** What must not match has: nothing that began by now comes about. */
export function forbid(state: TemporalState, at: number, timeMs: number): void {
  state.lastNoneMs[at] = timeMs;
  state.waiting[at] = [];
}

/**
 * Beginnings never go back; one that waits already, or that was forbidden, is not judged again. Returns how many are
 * judged together with others from now on.
 */
export function waitFrom(state: TemporalState, at: number, startMs: number): number {
  const starts = state.waiting[at] ?? [];
  if ((state.lastNoneMs[at] as number) >= startMs || starts.at(-1) === startMs) return 0;
  starts.push(startMs);
  if (starts.length <= waitingMax) return 0;
  const kept = starts.filter((_, place) => place >= waitingMax / 2 || place % 2 === 1);
  state.waiting[at] = kept;
  return starts.length - kept.length;
}

/** When the first that waits began; Infinity where nothing waits. */
export const firstWaiting = ({ waiting }: TemporalState): number =>
  waiting.reduce((least, starts) => Math.min(least, starts[0] ?? Number.POSITIVE_INFINITY), Infinity);
