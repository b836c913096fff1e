import type { EventCountSpec } from '../../shared/model/window-spec.ts';
import { compileCondition } from './window-condition.ts';
import type { WindowKind } from './window-kind.ts';

/** The matches not yet judged: all are within the timespan of the first. */
export interface EventAbsenceState {
  firstMs: number;
  lastMs: number;
  weight: number;
  matches: number;
}

/**
 * Too few matches: an event count all of whose bounds are upper bounds. From the group's first match not yet judged,
 * at time f, the matches in [f, f + timespan) are counted, and judged at f + timespan, which is the time of the
 * firing. Then the next match is the first again. Bound: four numbers a group.
 */
export function eventAbsence(spec: EventCountSpec): WindowKind<EventAbsenceState> {
  const holds = compileCondition(spec.condition);
  return {
    init: () => ({ firstMs: 0, lastMs: 0, weight: 0, matches: 0 }),
    copy: (state) => ({ ...state }),
    step(state, match) {
      if (state.matches === 0) state.firstMs = match.timeMs;
      state.lastMs = match.timeMs;
      state.weight += match.weight;
      state.matches += 1;
      return undefined;
    },
    stepLate(state, match) {
      // One that may be of an earlier wait could have moved the beginnings of all that follow.
      if (state.matches === 0 || match.timeMs < state.firstMs) return false;
      state.weight += match.weight;
      state.matches += 1;
      return true;
    },
    deadline: (state) => (state.matches > 0 ? state.firstMs + spec.timespanMs : Number.POSITIVE_INFINITY),
    atDeadline(state) {
      const { firstMs, lastMs, weight, matches } = state;
      state.weight = 0;
      state.matches = 0;
      if (!holds(weight)) return undefined;
      return {
        timeMs: firstMs + spec.timespanMs,
        position: null,
        value: weight,
        // Times are whole milliseconds, so (first - 1, first + W - 1] is [first, first + W).
        fromMs: firstMs - 1,
        toMs: firstMs + spec.timespanMs - 1,
        firstMs,
        lastMs,
        matches,
        fresh: matches,
      };
    },
    isEmpty: (state) => state.matches === 0,
    newestMs: (state) => state.lastMs,
    size: () => 4,
    write: (state) => [state.firstMs, state.lastMs, state.weight, state.matches],
    read(written) {
      const [firstMs = 0, lastMs = 0, weight = 0, matches = 0] = written as number[];
      return { firstMs, lastMs, weight, matches };
    },
  };
}
