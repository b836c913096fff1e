import type { WindowCondition } from '../../shared/model/window-spec.ts';
import {
  appendRun,
  copyRuns,
  expireRuns,
  firingAt,
  hasRuns,
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

export interface SlidingState<H> {
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
  const expire = ({ seen, held }: SlidingState<H>, cutoffMs: number): void => {
    expireRuns(seen, cutoffMs);
    measure.expire(held, cutoffMs);
  };
  return {
    init: () => ({ seen: noRuns(), held: measure.init() }),
    copy: ({ seen, held }) => ({ seen: copyRuns(seen), held: measure.copy(held) }),
    step(state, match) {
      const { seen, held } = state;
      expire(state, match.timeMs - timespanMs);
      appendRun(seen, match);
      measure.add(held, match);
      const value = measure.value(held);
      if (value === undefined || !holds(value)) return undefined;
      const fired = firingAt(seen, match, { timespanMs, value });
      seen.sinceFiring = 0;
      if (spec.reset) expire(state, match.timeMs);
      return fired;
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
      return { seen: readRuns(seen), held: measure.read(held) };
    },
    ...(measure.valuesOf === undefined ? {} : { valuesOf: measure.valuesOf }),
  };
}
