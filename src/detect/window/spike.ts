import type { Firing } from '../../shared/model/firing.ts';
import type { EventPosition } from '../../shared/model/position.ts';
import type { SpikeSpec } from '../../shared/model/window-spec.ts';
import {
  appendRun,
  copyRuns,
  expireRuns,
  firstTime,
  hasRuns,
  lastTime,
  type MatchRuns,
  noRuns,
  readRuns,
  runsSize,
  writeRuns,
} from './match-runs.ts';
import type { WindowKind } from './window-kind.ts';

interface SpikeState {
  /** Matches of this timespan, and of this and the one before. */
  readonly current: MatchRuns;
  readonly both: MatchRuns;
  /** Time of the group's first match since it was forgotten. */
  firstMs: number;
  /** Time of a match at which others left: to be judged when all of that time are there. Infinity: nothing is. */
  dueMs: number;
}

const never = Number.POSITIVE_INFINITY;

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
  const leavingMs = ({ current }: SpikeState): number =>
    hasRuns(current) ? firstTime(current) + timespanMs : never;
  const changeMs = (state: SpikeState): number =>
    Math.min(
      state.dueMs,
      leavingMs(state),
      hasRuns(state.both) ? firstTime(state.both) + 2 * timespanMs : never,
    );
  return {
    init: () => ({ current: noRuns(), both: noRuns(), firstMs: 0, dueMs: never }),
    copy: (state) => ({ ...state, current: copyRuns(state.current), both: copyRuns(state.both) }),
    step(state, match) {
      const { timeMs, position } = match;
      if (!hasRuns(state.both)) state.firstMs = timeMs;
      if (leavingMs(state) === timeMs) state.dueMs = timeMs;
      moveTo(state, timeMs);
      appendRun(state.current, match);
      appendRun(state.both, match);
      if (spec.direction === 'down' || !isKnown(state, timeMs) || !isUp(state)) return undefined;
      return firingOf(state, { runs: state.current, atMs: timeMs, position, fromMs: timeMs - timespanMs });
    },
    deadline: (state) => changeMs(state) + 1,
    atDeadline(state) {
      const atMs = changeMs(state);
      const leaves = state.dueMs === atMs || leavingMs(state) === atMs;
      state.dueMs = never;
      moveTo(state, atMs);
      if (spec.direction === 'up' || !leaves || !isKnown(state, atMs) || !isDown(state)) return undefined;
      return firingOf(state, { runs: state.both, atMs, position: null, fromMs: atMs - 2 * timespanMs });
    },
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
      return { current: readRuns(current), both: readRuns(both), firstMs, dueMs: dueMs ?? never };
    },
  };
}

function firingOf(
  { current, both }: SpikeState,
  of: {
    readonly runs: MatchRuns;
    readonly atMs: number;
    readonly position: EventPosition | null;
    readonly fromMs: number;
  },
): Firing {
  const { runs, atMs, position, fromMs } = of;
  const fresh = Math.min(both.sinceFiring, runs.matches);
  both.sinceFiring = 0;
  const window = { fromMs, toMs: atMs, firstMs: firstTime(runs), lastMs: lastTime(runs) };
  return { timeMs: atMs, position, value: current.weight, ...window, matches: runs.matches, fresh };
}
