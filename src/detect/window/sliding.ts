import type { WindowCondition } from '../../shared/model/window-spec.ts';
import {
  appendRun,
  copyRuns,
  expireRuns,
  firingAt,
  hasRuns,
  insertRun,
  lastTime,
  type MatchRuns,
  noRuns,
  readRuns,
  runsSize,
  writeRuns,
} from './match-runs.ts';
import type { SlidingMeasure } from './sliding-measure.ts';
import { compileCondition, isLowerBound } from './window-condition.ts';
import type { WindowKind } from './window-kind.ts';

export interface SlidingState<H> {
  readonly seen: MatchRuns;
  held: H;
  /** No match since the state was copied saw a greater value. */
  peak: number;
}

interface SlidingSpec {
  readonly timespanMs: number;
  readonly condition: WindowCondition;
  readonly reset: boolean;
}

/**
 * A measure of the matches in (t - timespan, t], judged at every match. Bound: that of the measure, and 16,384 times
 * of matches, past which a firing's `matches` and `firstMs` may be off by the oldest two.
 */
export function sliding<H>(spec: SlidingSpec, measure: SlidingMeasure<H>): WindowKind<SlidingState<H>> {
  const { timespanMs } = spec;
  const holds = compileCondition(spec.condition);
  const isMonotonic = isLowerBound(spec.condition);
  const stateOf = (seen: MatchRuns, held: H): SlidingState<H> => ({
    seen,
    held,
    peak: measure.value(held) ?? 0,
  });
  const expire = ({ seen, held }: SlidingState<H>, cutoffMs: number): void => {
    expireRuns(seen, cutoffMs);
    measure.expire(held, cutoffMs);
  };
  return {
    isSilentAtDeadlines: true,
    init: () => stateOf(noRuns(), measure.init()),
    copy: ({ seen, held }) => stateOf(copyRuns(seen), measure.copy(held)),
    step(state, match) {
      const { seen, held } = state;
      expire(state, match.timeMs - timespanMs);
      appendRun(seen, match);
      measure.add(held, match);
      const value = measure.value(held);
      if (value === undefined) return undefined;
      if (value > state.peak) state.peak = value;
      if (!holds(value)) return undefined;
      const fired = firingAt(seen, match, { timespanMs, value });
      seen.sinceFiring = 0;
      if (spec.reset) expire(state, match.timeMs);
      return fired;
    },
    stepLate(state, match) {
      const { seen, held } = state;
      if (!isMonotonic || measure.addLate === undefined) return false;
      const isInWindow = match.timeMs > lastTime(seen) - timespanMs;
      // Each match behind it within the timespan may see so much more; none fires if the greatest would not.
      state.peak += measure.addLate(held, match, isInWindow);
      if (holds(state.peak)) return false;
      if (isInWindow) insertRun(seen, match);
      seen.sinceFiring += 1;
      return true;
    },
    deadline: ({ seen }) => (hasRuns(seen) ? lastTime(seen) + timespanMs : Number.POSITIVE_INFINITY),
    atDeadline(state) {
      expire(state, lastTime(state.seen));
      return undefined;
    },
    isEmpty: ({ seen }) => !hasRuns(seen),
    newestMs: ({ seen }) => lastTime(seen),
    size: ({ seen, held }) => runsSize(seen) + measure.size(held),
    write: ({ seen, held }) => [writeRuns(seen), measure.write(held)],
    read(written) {
      const [seen, held] = written as readonly [unknown, unknown];
      return stateOf(readRuns(seen), measure.read(held));
    },
    ...(measure.valuesOf === undefined ? {} : { valuesOf: measure.valuesOf }),
  };
}
