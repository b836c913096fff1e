import type { EventCountSpec } from '../../shared/model/window-spec.ts';
import {
  appendRun,
  appendToWritten,
  copyRuns,
  expireRuns,
  firingAt,
  hasRuns,
  insertRun,
  lastTime,
  lastTimeOfWritten,
  type MatchRuns,
  noRuns,
  readRuns,
  runsMax,
  runsSize,
  weightOfWritten,
  writeRuns,
} from './match-runs.ts';
import { compileCondition, greatestBound, isLowerBound } from './window-condition.ts';
import type { WindowKind } from './window-kind.ts';

interface EventCountState extends MatchRuns {
  /** No match since the tail began saw a greater weight. */
  peak: number;
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
  const isMonotonic = isLowerBound(spec.condition);
  const greatest = greatestBound(spec.condition);
  const maxRuns = Math.min(2 ** 20, Math.max(runsMax, 2 * (greatest + 1)));
  return {
    isSilentAtDeadlines: true,
    init: () => withPeak(noRuns()),
    copy: (state) => withPeak(copyRuns(state), state.peak),
    beginTail(state) {
      state.peak = state.weight;
    },
    step(state, match) {
      expireRuns(state, match.timeMs - spec.timespanMs);
      appendRun(state, match, maxRuns);
      if (state.weight > state.peak) state.peak = state.weight;
      if (!holds(state.weight)) return undefined;
      const fired = firingAt(state, match, { timespanMs: spec.timespanMs, value: state.weight });
      state.sinceFiring = 0;
      if (spec.reset) expireRuns(state, match.timeMs);
      return fired;
    },
    stepLate(state, match) {
      // Each match behind it within the timespan weighs so much more; none fires if the greatest would not.
      state.peak += match.weight;
      if (!isMonotonic || holds(state.peak)) return false;
      if (match.timeMs > lastTime(state) - spec.timespanMs) insertRun(state, match);
      state.sinceFiring += 1;
      return true;
    },
    deadline: (state) => (hasRuns(state) ? lastTime(state) + spec.timespanMs : Number.POSITIVE_INFINITY),
    atDeadline(state) {
      expireRuns(state, lastTime(state));
      return undefined;
    },
    deadlineOf: (kept) => lastTimeOfWritten(kept) + spec.timespanMs,
    stepOf: (kept, match) => appendToWritten(kept, match, match.timeMs - spec.timespanMs),
    ...(isMonotonic
      ? { room: (state) => greatest - state.weight, roomOf: (kept) => greatest - weightOfWritten(kept) }
      : {}),
    isEmpty: (state) => !hasRuns(state),
    newestMs: lastTime,
    size: runsSize,
    write: writeRuns,
    read: (written) => withPeak(readRuns(written)),
  };
}

/** Spelled out, because spreading costs more than everything else a short window does. */
const withPeak = (
  { times, amounts, head, weight, matches, sinceFiring }: MatchRuns,
  peak = weight,
): EventCountState => ({
  times,
  amounts,
  head,
  weight,
  matches,
  sinceFiring,
  peak,
});
