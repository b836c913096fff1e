import type { Firing } from '../../shared/model/firing.ts';
import type { EventPosition } from '../../shared/model/position.ts';
import type { SpikeSpec } from '../../shared/model/window-spec.ts';
import { beginBound, type LateBound, levelOf, noBound, raised, seeLevel } from './late-bound.ts';
import {
  appendRun,
  copyRuns,
  expireRuns,
  firstTime,
  hasRuns,
  insertRun,
  lastTime,
  type MatchRuns,
  noRuns,
  readRuns,
  runsSize,
  writeRuns,
} from './match-runs.ts';
import type { WindowKind } from './window-kind.ts';

interface SpikeState extends LateBound {
  /** Matches of this timespan, and of this and the one before. */
  readonly current: MatchRuns;
  readonly both: MatchRuns;
  /** Time of the group's first match since it was forgotten. */
  firstMs: number;
  /** Time of a match at which others left: to be judged when all of that time are there. Infinity: nothing is. */
  dueMs: number;
}

const never = Number.POSITIVE_INFINITY;

/** The state of a group, its copy, and its way to JSON and back. */
const spikeStates: Pick<
  WindowKind<SpikeState>,
  'init' | 'copy' | 'isEmpty' | 'newestMs' | 'size' | 'write' | 'read'
> = {
  init: () => ({ current: noRuns(), both: noRuns(), firstMs: 0, dueMs: never, ...noBound }),
  copy: (state) => ({ ...state, current: copyRuns(state.current), both: copyRuns(state.both) }),
  isEmpty: ({ both }) => !hasRuns(both),
  newestMs: ({ both }) => lastTime(both),
  size: ({ current, both }) => 1 + runsSize(current) + runsSize(both),
  write: ({ current, both, firstMs, dueMs }) => [
    writeRuns(current),
    writeRuns(both),
    firstMs,
    dueMs === never ? null : dueMs,
  ],
  read(written) {
    const [current, both, firstMs, dueMs] = written as readonly [unknown, unknown, number, number | null];
    return {
      current: readRuns(current),
      both: readRuns(both),
      firstMs,
      dueMs: dueMs ?? never,
      ...noBound,
    };
  },
};

/** How near the two weights are to a spike: at 0 and beyond there is one, in a group that is known. */
const spikeLevel =
  ({ direction, ratio, minCurrent, minReference }: SpikeSpec) =>
  ({ current: { weight }, both }: SpikeState): number => {
    const reference = both.weight - weight;
    const up = Math.min(levelOf(1, weight, ratio * reference), weight - minCurrent);
    const down = levelOf(1, reference, ratio * weight);
    const either = Math.max(
      direction === 'down' ? Number.NEGATIVE_INFINITY : up,
      direction === 'up' ? Number.NEGATIVE_INFINITY : down,
    );
    return Math.min(either, reference - minReference);
  };

/**
 * The weight c in (t - W, t] against r in (t - 2W, t - W]. Up: c >= ratio * r, judged at matches. Down: r >= ratio * c,
 * judged whenever a match leaves the present timespan, at x; a match at x itself counts, so x is decided one
 * millisecond later. Silent until 2W after the group's first match, unless `alertOnNew`. A group is forgotten when both
 * timespans are empty. Bound: twice the 16,384 times of matches of `MatchRuns`.
 */
export function spike(spec: SpikeSpec): WindowKind<SpikeState> {
  const { timespanMs, minReference } = spec;
  const moveTo = ({ current, both }: SpikeState, atMs: number): void => {
    expireRuns(current, atMs - timespanMs);
    expireRuns(both, atMs - 2 * timespanMs);
  };
  const isKnown = ({ firstMs }: SpikeState, atMs: number): boolean =>
    spec.alertOnNew || atMs >= firstMs + 2 * timespanMs;
  const isUp = ({ current: { weight }, both }: SpikeState): boolean => {
    const reference = both.weight - weight;
    return weight >= spec.ratio * reference && weight >= spec.minCurrent && reference >= minReference;
  };
  const isDown = ({ current: { weight }, both }: SpikeState): boolean => {
    const reference = both.weight - weight;
    return reference > 0 && reference >= spec.ratio * weight && reference >= minReference;
  };
  const level = spikeLevel(spec);
  const see = (state: SpikeState): void => {
    if (hasRuns(state.both)) seeLevel(state, level(state));
    else state.hadGap = true;
  };
  const leavingMs = ({ current }: SpikeState): number =>
    hasRuns(current) ? firstTime(current) + timespanMs : never;
  const changeMs = (state: SpikeState): number =>
    Math.min(
      state.dueMs,
      leavingMs(state),
      hasRuns(state.both) ? firstTime(state.both) + 2 * timespanMs : never,
    );
  return {
    ...spikeStates,
    beginTail: (state) => beginBound(state, hasRuns(state.both) ? level(state) : undefined),
    step(state, match) {
      const { timeMs, position } = match;
      if (!hasRuns(state.both)) state.firstMs = timeMs;
      if (leavingMs(state) === timeMs) state.dueMs = timeMs;
      moveTo(state, timeMs);
      see(state);
      appendRun(state.current, match);
      appendRun(state.both, match);
      see(state);
      if (spec.direction === 'down' || !isKnown(state, timeMs) || !isUp(state)) return undefined;
      return firingOf(state, spec, { atMs: timeMs, position });
    },
    stepLate(state, match) {
      const { current, both, firstMs, hadGap } = state;
      // No level rises by more than the weight of the match, whichever of the two timespans it is in.
      state.peak = raised(state, match.weight, 0);
      if (hadGap || match.timeMs < firstMs || !(state.peak < 0)) return false;
      const newestMs = lastTime(both);
      if (match.timeMs > newestMs - timespanMs) insertRun(current, match);
      else if (match.timeMs === newestMs - timespanMs) state.dueMs = newestMs;
      if (match.timeMs > newestMs - 2 * timespanMs) insertRun(both, match);
      both.sinceFiring += 1;
      return true;
    },
    deadline: (state) => changeMs(state) + 1,
    atDeadline(state) {
      const atMs = changeMs(state);
      const leaves = state.dueMs === atMs || leavingMs(state) === atMs;
      state.dueMs = never;
      moveTo(state, atMs);
      see(state);
      if (spec.direction === 'up' || !leaves || !isKnown(state, atMs) || !isDown(state)) return undefined;
      return firingOf(state, spec, { atMs, position: null });
    },
  };
}

/**
 * A rule shows one length of time, up or down: were a rise to show this timespan and a fall both, a fall would show
 * matches that stand before those of the rise, and `fresh` would not count them.
 */
function firingOf(
  { current, both }: SpikeState,
  { direction, timespanMs }: SpikeSpec,
  { atMs, position }: { readonly atMs: number; readonly position: EventPosition | null },
): Firing {
  const [runs, shownMs] = direction === 'up' ? [current, timespanMs] : [both, 2 * timespanMs];
  const fresh = Math.min(both.sinceFiring, runs.matches);
  both.sinceFiring = 0;
  const window = {
    fromMs: atMs - shownMs,
    toMs: atMs,
    firstMs: firstTime(runs),
    lastMs: lastTime(runs),
  };
  return { timeMs: atMs, position, value: current.weight, ...window, matches: runs.matches, fresh };
}
