import type { FlatlineSpec } from '../../shared/model/window-spec.ts';
import {
  appendRun,
  copyRuns,
  expireRuns,
  firstTime,
  hasRuns,
  insertRun,
  type MatchRuns,
  noRuns,
  readRuns,
  runsMax,
  runsSize,
  writeRuns,
} from './match-runs.ts';
import type { WindowKind } from './window-kind.ts';

interface FlatlineState {
  readonly seen: MatchRuns;
  newestMs: number;
  /** Infinity: not watched. Else the rule has a say from this time on, a timespan after the first match. */
  judgedFromMs: number;
  /** The fall was said; not again until the threshold was reached again. */
  hasFallen: boolean;
  /** Time of a match at which others left: to be judged when all of that time are there. Infinity: nothing is. */
  dueMs: number;
  /** Since the tail began the group was watched, and had not fallen. */
  isSteady: boolean;
}

type Written = readonly [unknown, number, number, boolean, number | null];

const unwatched = Number.POSITIVE_INFINITY;
const never = Number.POSITIVE_INFINITY;

const unwatchedState = (): FlatlineState => ({
  seen: noRuns(),
  newestMs: 0,
  judgedFromMs: unwatched,
  hasFallen: false,
  dueMs: never,
  isSteady: true,
});

/** The state of a group, its copy, and its way to JSON and back. */
const flatlineStates: Pick<
  WindowKind<FlatlineState>,
  'init' | 'copy' | 'isEmpty' | 'newestMs' | 'size' | 'write' | 'read'
> = {
  init: unwatchedState,
  isEmpty: ({ judgedFromMs }) => judgedFromMs === unwatched,
  newestMs: ({ newestMs }) => newestMs,
  size: ({ seen }) => 3 + runsSize(seen),
  write: ({ seen, newestMs, judgedFromMs, hasFallen, dueMs }) => [
    writeRuns(seen),
    newestMs,
    judgedFromMs,
    hasFallen,
    dueMs === never ? null : dueMs,
  ],
  read(written) {
    const [seen, newestMs, judgedFromMs, hasFallen, dueMs] = written as Written;
    return {
      seen: readRuns(seen),
      newestMs,
      judgedFromMs,
      hasFallen,
      dueMs: dueMs ?? never,
      isSteady: !hasFallen,
    };
  },
  copy: (state) => ({ ...state, seen: copyRuns(state.seen) }),
};

/**
 * Fewer than `threshold` matches in (x - timespan, x], for a group that is watched: from a timespan after its first
 * match until `forgetAfter` of silence. Said once a fall. A match at x itself counts, so x is decided one millisecond
 * later. Without groups (`isWhole`) the watch begins with the rule, and nothing is forgotten. Bound: 16,384 times of
 * matches, or twice the threshold (`MatchRuns`).
 */
export function flatline(spec: FlatlineSpec, isWhole = false): WindowKind<FlatlineState> {
  const { timespanMs, threshold } = spec;
  const maxRuns = Math.min(2 ** 20, Math.max(runsMax, 2 * (threshold + 1)));
  const forgetAfterMs = isWhole ? Number.POSITIVE_INFINITY : spec.forgetAfterMs;
  const forget = ({ newestMs }: FlatlineState): number => newestMs + forgetAfterMs;
  /** The next time at which the weight falls. */
  const fallMs = ({ seen, dueMs }: FlatlineState): number =>
    Math.min(dueMs, hasRuns(seen) ? firstTime(seen) + timespanMs : Number.POSITIVE_INFINITY);
  const watchedFrom = (beganMs: number): FlatlineState => {
    const judgedFromMs = beganMs + timespanMs;
    return { ...unwatchedState(), newestMs: beganMs, judgedFromMs, dueMs: judgedFromMs };
  };
  return {
    ...flatlineStates,
    ...(isWhole ? { began: watchedFrom } : {}),
    beginTail(state) {
      state.isSteady = !state.hasFallen;
    },
    step(state, match) {
      if (state.judgedFromMs === unwatched) state.judgedFromMs = match.timeMs + timespanMs;
      state.newestMs = match.timeMs;
      if (hasRuns(state.seen) && firstTime(state.seen) + timespanMs === match.timeMs)
        state.dueMs = match.timeMs;
      expireRuns(state.seen, match.timeMs - timespanMs);
      appendRun(state.seen, match, maxRuns);
      if (state.seen.weight >= threshold) state.hasFallen = false;
      return undefined;
    },
    stepLate(state, match) {
      const { timeMs } = match;
      const { seen, newestMs } = state;
      // Where there was enough all the time there is still. It must not be the first match, nor one behind the newest.
      const isWithin = timeMs + timespanMs >= state.judgedFromMs && timeMs <= newestMs && hasRuns(seen);
      if (!state.isSteady || !isWithin) return false;
      if (timeMs > newestMs - timespanMs) insertRun(seen, match);
      else if (timeMs === newestMs - timespanMs) state.dueMs = newestMs;
      seen.sinceFiring += 1;
      return true;
    },
    deadline: (state) =>
      state.judgedFromMs === unwatched
        ? Number.POSITIVE_INFINITY
        : Math.min(fallMs(state), forget(state)) + 1,
    atDeadline(state) {
      const { seen } = state;
      const atMs = Math.min(fallMs(state), forget(state));
      state.dueMs = never;
      const left = { firstMs: hasRuns(seen) ? firstTime(seen) : state.newestMs, matches: seen.matches };
      expireRuns(seen, atMs - timespanMs);
      if (atMs >= forget(state)) {
        state.judgedFromMs = unwatched;
        state.hasFallen = false;
        state.isSteady = false;
        seen.sinceFiring = 0;
        return undefined;
      }
      if (state.hasFallen || atMs < state.judgedFromMs || seen.weight >= threshold) return undefined;
      state.hasFallen = true;
      state.isSteady = false;
      // Silence has nothing to show but what has just left.
      const shown = hasRuns(seen) ? { firstMs: firstTime(seen), matches: seen.matches } : left;
      const fresh = Math.min(seen.sinceFiring, shown.matches);
      seen.sinceFiring = 0;
      const window = { fromMs: atMs - timespanMs, toMs: atMs, lastMs: state.newestMs };
      return { timeMs: atMs, position: null, value: seen.weight, ...window, ...shown, fresh };
    },
  };
}
