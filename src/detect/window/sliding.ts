import type { WindowCondition } from '../../shared/model/window-spec.ts';
import { beginBound, type LateBound, seeLevel } from './late-bound.ts';
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
import { compileCondition } from './window-condition.ts';
import type { WindowKind } from './window-kind.ts';

export interface SlidingState<H> extends LateBound {
  readonly seen: MatchRuns;
  held: H;
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
  const { level, raised, insert } = measure;
  /** At the beginning of a tail nothing else is known. */
  const beginTail = (state: SlidingState<H>): void => {
    if (level !== undefined) beginBound(state, level(state.held));
  };
  const stateOf = (seen: MatchRuns, held: H): SlidingState<H> => {
    const state = { seen, held, peak: Number.NEGATIVE_INFINITY, hadGap: true };
    beginTail(state);
    return state;
  };
  const expire = (state: SlidingState<H>, cutoffMs: number): void => {
    expireRuns(state.seen, cutoffMs);
    measure.expire(state.held, cutoffMs, state);
  };
  return {
    isSilentAtDeadlines: true,
    init: () => stateOf(noRuns(), measure.init()),
    copy: ({ seen, held, peak, hadGap }) => ({
      seen: copyRuns(seen),
      held: measure.copy(held),
      peak,
      hadGap,
    }),
    beginTail,
    step(state, match) {
      const { seen, held } = state;
      expire(state, match.timeMs - timespanMs);
      appendRun(seen, match);
      measure.add(held, match);
      const reached = level?.(held);
      if (reached !== undefined) seeLevel(state, reached);
      const value = measure.value(held);
      if (value === undefined) return undefined;
      if (!holds(value)) return undefined;
      const fired = firingAt(seen, match, { timespanMs, value });
      seen.sinceFiring = 0;
      if (spec.reset) expire(state, match.timeMs);
      return fired;
    },
    stepLate(state, match) {
      const { seen, held } = state;
      if (raised === undefined || insert === undefined) return false;
      // Whatever window it is in, its own included, is no nearer to firing than this.
      const peak = raised(state, match);
      if (peak !== undefined) state.peak = peak;
      if (!(state.peak < 0)) return false;
      if (match.timeMs > lastTime(seen) - timespanMs) {
        if (peak !== undefined && !insert(held, match)) return false;
        insertRun(seen, match);
      }
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
