import type { WindowCondition } from '../../shared/model/window-spec.ts';
import type { SlidingMeasure } from './sliding-measure.ts';
import { compileCondition } from './window-condition.ts';
import type { WindowKind } from './window-kind.ts';

/** The matches not yet judged: all are within the timespan of the first. */
export interface AbsenceState<H> {
  firstMs: number;
  lastMs: number;
  matches: number;
  held: H;
}

/**
 * Too few: a count all of whose bounds are upper bounds. From the group's first match not yet judged, at time f, the
 * matches in [f, f + timespan) are measured, and judged at f + timespan, which is the time of the firing. Then the
 * next match is the first again. Bound: that of the measure.
 */
export function absence<H>(
  spec: { readonly timespanMs: number; readonly condition: WindowCondition },
  measure: SlidingMeasure<H>,
): WindowKind<AbsenceState<H>> {
  const holds = compileCondition(spec.condition);
  const { timespanMs } = spec;
  return {
    init: () => ({ firstMs: 0, lastMs: 0, matches: 0, held: measure.init() }),
    copy: (state) => ({ ...state, held: measure.copy(state.held) }),
    step(state, match) {
      if (state.matches === 0) state.firstMs = match.timeMs;
      state.lastMs = match.timeMs;
      state.matches += 1;
      measure.add(state.held, match);
      return undefined;
    },
    stepLate(state, match) {
      // One that may be of an earlier wait could have moved the beginnings of all that follow.
      if (state.matches === 0 || match.timeMs < state.firstMs) return false;
      if (measure.insert?.(state.held, match) !== true) return false;
      state.matches += 1;
      return true;
    },
    deadline: ({ matches, firstMs }) => (matches > 0 ? firstMs + timespanMs : Number.POSITIVE_INFINITY),
    atDeadline(state) {
      const { firstMs, lastMs, matches } = state;
      const value = measure.value(state.held);
      state.matches = 0;
      state.held = measure.init();
      if (value === undefined || !holds(value)) return undefined;
      const timeMs = firstMs + timespanMs;
      // Times are whole milliseconds, so (first - 1, first + W - 1] is [first, first + W).
      const window = { fromMs: firstMs - 1, toMs: timeMs - 1, firstMs, lastMs };
      return { timeMs, position: null, value, ...window, matches, fresh: matches };
    },
    isEmpty: ({ matches }) => matches === 0,
    newestMs: ({ lastMs }) => lastMs,
    size: ({ held }) => 3 + measure.size(held),
    write: ({ firstMs, lastMs, matches, held }) => [firstMs, lastMs, matches, measure.write(held)],
    read(written) {
      const [firstMs, lastMs, matches, held] = written as readonly [number, number, number, unknown];
      return { firstMs, lastMs, matches, held: measure.read(held) };
    },
    ...(measure.valuesOf === undefined ? {} : { valuesOf: measure.valuesOf }),
  };
}
