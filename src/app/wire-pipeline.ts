import type { Config } from '../config/config-model.ts';
import { engineOver } from '../engine/assemble-engine.ts';
import { isIntegrityRule } from '../incident/integrity-rules.ts';
import type { ServiceRules } from '../live-rules/load-service-rules.ts';
import type { Telling } from '../notify/telling/telling.ts';
import { Pipeline } from '../pipeline/pipeline.ts';
import { type OutboxPlanner, planOutbox } from '../pipeline/plan-outbox.ts';
import { commandIds } from '../remediate/plan-remediation.ts';
import type { IncidentChange } from '../shared/model/incident-change.ts';
import type { Rule } from '../shared/model/rule.ts';
import type { Undelivered } from '../shared/model/undelivered.ts';
import type { Clock } from '../shared/ports/clock.ts';
import type { Log } from '../shared/ports/log.ts';
import type { Metrics } from '../shared/ports/metrics.ts';
import type { SqliteStore } from '../store/sqlite/sqlite-store.ts';
import { openDecoders } from './open-decoders.ts';
import { openPlanner } from './open-planner.ts';
import { restoreTelling } from './open-telling.ts';

/** What of the world the pipeline touches. */
export interface PipelineEdge {
  readonly config: Config;
  readonly log: Log;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly store: SqliteStore;
  fail(error: unknown): void;
}

export interface Wiring {
  readonly telling: Telling;
  readonly rules: ServiceRules;
  /** Left out where nothing is delivered. */
  undelivered?(): readonly Undelivered[];
  committed(result: { changes: readonly IncidentChange[]; hasOutbox: boolean }): void;
}

export interface Wired {
  readonly pipeline: Pipeline;
  /** Puts other rules in the place of those that run. */
  swap(rules: ServiceRules): Promise<void>;
}

/** The pipeline over a state, taken up where the last run left off: for the service, and for a command without one. */
export function wirePipeline(edge: PipelineEdge, { telling, rules, committed, undelivered }: Wiring): Wired {
  const { config, log, clock, metrics, store, fail } = edge;
  const plannerOf = (known: readonly Rule[]): OutboxPlanner =>
    openPlanner(config, { rules: known, telling, metrics, log });
  let running = rules.compiled.rules;
  let planner = plannerOf(running);
  const pipeline = new Pipeline({
    engine: engineOver(rules.compiled, { sources: config.sources, commandIds }),
    store,
    clock,
    metrics,
    decoders: openDecoders(config, metrics),
    plan: (outcome, nowMs) => planOutbox(outcome, planner, nowMs),
    ...(undelivered === undefined ? {} : { undelivered }),
    committed: (result) => {
      for (const change of result.changes) sayIntegrity(change, log);
      committed(result);
    },
    onGap: (gap) => log.error('records left the log before they were read: they are lost', { ...gap }),
    onFailure: fail,
  });
  const stored = store.load();
  pipeline.restore(stored);
  restoreTelling(telling, stored, { store, nowMs: clock.nowMs() });
  const swap = ({ compiled }: ServiceRules): Promise<void> =>
    pipeline.replaceRules(compiled, () => {
      // Whom a rule that is gone told of its incidents, it tells of their end.
      planner = plannerOf([...running, ...compiled.rules]);
      running = compiled.rules;
    });
  return { pipeline, swap };
}

/** What tocsin has to say against itself stands in the log, too, once for each incident: nobody may be told of any. */
function sayIntegrity({ kind, incident }: IncidentChange, log: Log): void {
  if ((kind !== 'opened' && kind !== 'reopened') || !isIntegrityRule(incident.rule.id)) return;
  const { id, rule, runbook } = incident;
  log.warn(incident.summary, { rule: rule.id, incident: id, toDo: runbook });
}
