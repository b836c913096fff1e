import type { Firing } from '../../shared/model/firing.ts';
import type { TemporalSpec } from '../../shared/model/window-spec.ts';
import { firesAtLastSteps, takeLateRules } from './late-rules.ts';
import { appendRun, expireRuns, firingAt, hasRuns, lastTime, type MatchRuns } from './match-runs.ts';
import { type PlacedSequence, placeSequences, seeAnyOrder, seeInOrder } from './rule-sequences.ts';
import {
  clearTemporal,
  firstWaiting,
  forbid,
  type TemporalState,
  temporalStates,
  waitFrom,
} from './temporal-state.ts';
import type { WindowKind, WindowMatch } from './window-kind.ts';

/**
 * Rules that match together: in any order, or in the listed one. A sequence without rules that must not match is judged
 * at every match. One with such rules waits until a timespan has passed since the earliest of the matches it is made
 * of, and fires then if none of them matched: at s + timespan, decided when the watermark is there.
 *
 * Costs the number of steps a match, in order once for each time it happened, whatever the number of matches held. Bound: a time for each step, the 16,384 times
 * of matches of `MatchRuns`, and 4,096 beginnings of each sequence that waits; `onWaitingFull` is told of those that are
 * judged together with others then.
 */
export function temporal(
  spec: TemporalSpec,
  onWaitingFull: (count: number) => void = () => undefined,
): WindowKind<TemporalState> {
  const { timespanMs, reset } = spec;
  const { placed, steps } = placeSequences(spec);
  const isWaiting = placed.some(({ none }) => none.size > 0);
  const see = spec.type === 'temporal_ordered' ? seeInOrder : seeAnyOrder;
  /** Takes a match into every sequence; returns the steps of the longest that holds, 0 where none does. */
  const advance = (state: TemporalState, { timeMs, weight, values }: WindowMatch): number => {
    const match = { rules: values as readonly number[], timeMs, weight };
    let longest = 0;
    placed.forEach((sequence, at) => {
      const startMs = see(state.times, sequence, match);
      if (isNone(sequence, match.rules)) forbid(state, at, timeMs);
      if (startMs <= timeMs - timespanMs) return;
      if (sequence.none.size > 0) {
        const together = waitFrom(state, at, startMs);
        if (together > 0) onWaitingFull(together);
      } else longest = Math.max(longest, sequence.all.length);
    });
    return longest;
  };
  /** Takes out what began then and was not forbidden; returns the steps of the longest. */
  const comeAbout = (state: TemporalState, startMs: number): number => {
    const due = placed.filter((_, at) => state.waiting[at]?.[0] === startMs);
    for (const starts of state.waiting) if (starts[0] === startMs) starts.shift();
    return Math.max(0, ...due.map(({ all }) => all.length));
  };
  const dueMs = (state: TemporalState): number => {
    const lastMs = hasRuns(state.seen) ? lastTime(state.seen) : Number.POSITIVE_INFINITY;
    return Math.min(firstWaiting(state), lastMs) + timespanMs;
  };
  return {
    // What nothing waits for needs no place in the state of every group.
    ...temporalStates({ steps, sequences: isWaiting ? placed.length : 0 }),
    step(state, match) {
      expireRuns(state.seen, match.timeMs - timespanMs);
      appendRun(state.seen, match);
      const value = advance(state, match);
      if (value === 0) return undefined;
      const fired = firingAt(state.seen, match, { timespanMs, value });
      state.seen.sinceFiring = 0;
      if (reset) clearTemporal(state);
      return fired;
    },
    ...(isWaiting ? {} : { isSilentAtDeadlines: true }),
    ...(spec.type === 'temporal'
      ? { stepLate: (state, match) => takeLateRules(state, match, { placed, timespanMs }) }
      : firesAtLastSteps(placed)),
    deadline: dueMs,
    atDeadline(state) {
      const atMs = dueMs(state);
      const startMs = atMs - timespanMs;
      const value = comeAbout(state, startMs);
      const fired = value === 0 ? undefined : absenceFrom(state.seen, { startMs, atMs, value });
      expireRuns(state.seen, startMs);
      // Times that are over stay, where they change nothing: a late match may yet come before this deadline.
      if (reset && fired !== undefined) clearTemporal(state);
      return fired;
    },
    valuesOf: ({ inputs }) => inputs ?? [],
  };
}

const isNone = ({ none }: PlacedSequence, rules: readonly number[]): boolean =>
  none.size > 0 && rules.some((rule) => none.has(rule));

/** The firing a timespan after a beginning. What contributed is what matched since, up to just before the firing. */
function absenceFrom(
  seen: MatchRuns,
  { startMs, atMs, value }: { readonly startMs: number; readonly atMs: number; readonly value: number },
): Firing {
  expireRuns(seen, startMs - 1);
  const { matches } = seen;
  const fresh = Math.min(seen.sinceFiring, matches);
  seen.sinceFiring = 0;
  // Times are whole milliseconds, so (start - 1, start + W - 1] is [start, start + W).
  const window = { fromMs: startMs - 1, toMs: atMs - 1, firstMs: startMs, lastMs: lastTime(seen) };
  return { timeMs: atMs, position: null, value, ...window, matches, fresh };
}
