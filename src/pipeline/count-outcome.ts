import type { RepeatCount } from '../detect/repeated-events.ts';
import type { EngineOutcome } from '../engine/engine.ts';
import type { AskedAction } from '../shared/model/incident-action.ts';
import type { AnsweredAction } from '../shared/ports/action-queue.ts';
import type { Metrics } from '../shared/ports/metrics.ts';

/** What a turn did, as metrics. */
export function countOutcome(
  outcome: EngineOutcome,
  counted: {
    readonly metrics: Metrics;
    readonly matches: number;
    readonly clamped: number;
    readonly repeats: readonly RepeatCount[];
    readonly deadLetters: number;
  },
): void {
  const { metrics } = counted;
  metrics.count('tocsin_matches_total', {}, counted.matches);
  metrics.count('tocsin_clamped_events_total', {}, counted.clamped);
  for (const { source, repeated, forgotten } of counted.repeats) {
    metrics.count('tocsin_repeated_events_total', { source }, repeated);
    metrics.count('tocsin_event_ids_forgotten_total', { source }, forgotten);
  }
  metrics.count('tocsin_firings_total', {}, outcome.fired);
  metrics.count('tocsin_dead_letters_total', {}, counted.deadLetters);
  for (const { kind } of outcome.changes) metrics.count('tocsin_incident_changes_total', { kind });
  for (const late of outcome.late) {
    metrics.count('tocsin_late_events_total', { rule: late.ruleId, source: late.source }, late.count);
  }
  for (const { ruleId, reason, count } of outcome.skipped) {
    metrics.count('tocsin_skipped_matches_total', { rule: ruleId, reason }, count);
  }
  for (const { ruleId, reason, count } of outcome.capped) {
    metrics.count('tocsin_capped_total', { rule: ruleId, reason }, count);
  }
}

/** What persons asked for, and what became of it: done, or why not. */
export function countActions(
  round: readonly AskedAction[],
  { metrics, answers }: { readonly metrics: Metrics; readonly answers: readonly AnsweredAction[] },
): void {
  const outcomes = new Map(
    answers.map(({ id, answer }) => [id, answer.kind === 'done' ? 'done' : answer.reason]),
  );
  for (const { id, request } of round) {
    const outcome = outcomes.get(id);
    if (outcome !== undefined)
      metrics.count('tocsin_incident_actions_total', { action: request.action.kind, outcome });
  }
}
