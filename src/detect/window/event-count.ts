import type { Firing } from '../../shared/model/firing.ts';
import type { EventCountSpec } from '../../shared/model/window-spec.ts';
import { compileCondition, greatestBound } from './window-condition.ts';
import type { WindowKind, WindowMatch } from './window-kind.ts';

/** A run is the matches of one time: three numbers (time, weight, matches) in one flat array. */
const runSize = 3;

/** Up to so many runs an array has no room to spare. */
const fewRuns = 4;

export interface EventCountState {
  /** Runs in order of time; those before `head` have left the window. */
  runs: number[];
  head: number;
  /** Sums over the runs from `head` on. */
  weight: number;
  matches: number;
  /** Matches after the match of the previous firing, also those that have left the window. */
  sinceFiring: number;
}

/**
 * Number of matches (sum of weights) in (t - timespan, t], judged at every match. For conditions that are not an
 * absence; `event-absence.ts` has those.
 *
 * Bound: a group keeps one run for each distinct time in its window, so matches of one millisecond cost one run. At
 * the bound (16,384 runs, or twice the greatest number of the condition if that is more, 1,048,576 at most) pairs of
 * the older half merge and leave the window together, at the later time of the two. The newer half alone exceeds
 * every number of the condition, so whether it holds stays exact; `value`, `matches` and `firstMs` are then
 * off by at most the one oldest merged run.
 */
export function eventCount(spec: EventCountSpec): WindowKind<EventCountState> {
  const holds = compileCondition(spec.condition);
  const maxRuns = Math.min(2 ** 20, Math.max(2 ** 14, 2 * (greatestBound(spec.condition) + 1)));
  return {
    init: () => ({ runs: [], head: 0, weight: 0, matches: 0, sinceFiring: 0 }),
    copy: (state) => ({ ...state, runs: state.runs.slice(state.head), head: 0 }),
    step(state, match) {
      expire(state, match.timeMs - spec.timespanMs);
      append(state, match);
      if ((state.runs.length - state.head) / runSize > maxRuns) mergeOlderHalf(state);
      if (!holds(state.weight)) return undefined;
      const fired = firingAt(state, match, spec.timespanMs);
      state.sinceFiring = 0;
      if (spec.reset) expire(state, match.timeMs);
      return fired;
    },
    deadline: (state) =>
      state.head < state.runs.length ? lastTime(state) + spec.timespanMs : Number.POSITIVE_INFINITY,
    atDeadline(state) {
      expire(state, lastTime(state));
      return undefined;
    },
    isEmpty: (state) => state.head >= state.runs.length,
    newestMs: lastTime,
    size: (state) => state.runs.length - state.head,
    write: (state) => [state.sinceFiring, ...state.runs.slice(state.head)],
    read,
  };
}

const lastTime = (state: EventCountState): number => state.runs[state.runs.length - runSize] as number;

/** Takes the runs at or before the cutoff out of the window. */
function expire(state: EventCountState, cutoffMs: number): void {
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

function append(state: EventCountState, match: WindowMatch): void {
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
    state.runs = runs.slice(state.head).concat(match.timeMs, match.weight, 1);
    state.head = 0;
  } else {
    runs.push(match.timeMs, match.weight, 1);
  }
  state.weight += match.weight;
  state.matches += 1;
  state.sinceFiring += 1;
}

function mergeOlderHalf(state: EventCountState): void {
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

const firingAt = (state: EventCountState, match: WindowMatch, timespanMs: number): Firing => ({
  timeMs: match.timeMs,
  position: match.position,
  value: state.weight,
  fromMs: match.timeMs - timespanMs,
  toMs: match.timeMs,
  firstMs: state.runs[state.head] as number,
  lastMs: match.timeMs,
  matches: state.matches,
  fresh: Math.min(state.sinceFiring, state.matches),
});

function read(written: unknown): EventCountState {
  const [sinceFiring = 0, ...runs] = written as number[];
  const state: EventCountState = { runs, head: 0, weight: 0, matches: 0, sinceFiring };
  for (let at = 0; at < runs.length; at += runSize) {
    state.weight += runs[at + 1] as number;
    state.matches += runs[at + 2] as number;
  }
  return state;
}
