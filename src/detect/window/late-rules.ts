import { insertRun, lastTime } from './match-runs.ts';
import type { PlacedSequence } from './rule-sequences.ts';
import type { TemporalState } from './temporal-state.ts';
import type { WindowKind, WindowMatch } from './window-kind.ts';

/**
 * Takes a late match of rules into the state of a window in any order, where nothing can come about by it: each sequence
 * lacks a rule that is neither the match's nor has a match since a timespan before it. False where one lacks none, or
 * where the match may forbid what waits. Costs the number of steps.
 */
export function takeLateRules(
  state: TemporalState,
  match: WindowMatch,
  { placed, timespanMs }: { readonly placed: readonly PlacedSequence[]; readonly timespanMs: number },
): boolean {
  const rules = match.values as readonly number[];
  const { timeMs } = match;
  for (const [at, sequence] of placed.entries()) {
    if (!lacksRule(state.times, sequence, { rules, sinceMs: timeMs - timespanMs })) return false;
    const forbids = rules.some((rule) => sequence.none.has(rule));
    if (forbids && (state.waiting[at]?.length ?? 0) > 0) return false;
    if (forbids) state.lastNoneMs[at] = Math.max(state.lastNoneMs[at] as number, timeMs);
    for (const [step, rule] of sequence.all.entries()) {
      const place = sequence.from + step;
      if (rules.includes(rule)) state.times[place] = Math.max(state.times[place] as number, timeMs);
    }
  }
  if (timeMs > lastTime(state.seen) - timespanMs) insertRun(state.seen, match);
  state.seen.sinceFiring += 1;
  return true;
}

function lacksRule(
  times: readonly number[],
  { all, from }: PlacedSequence,
  { rules, sinceMs }: { readonly rules: readonly number[]; readonly sinceMs: number },
): boolean {
  return all.some((rule, step) => (times[from + step] as number) <= sinceMs && !rules.includes(rule));
}

/** In order, nothing comes about but at a match of a last step; where nothing waits for what must not match. */
export function firesAtLastSteps(
  placed: readonly PlacedSequence[],
): Pick<WindowKind<TemporalState>, 'neverFires'> {
  if (placed.some(({ none }) => none.size > 0)) return {};
  const last = new Set(placed.map(({ all }) => all.at(-1)));
  return { neverFires: (values) => !(values as readonly number[]).some((rule) => last.has(rule)) };
}
