import { type Bus, openBus } from '../bus/open-bus.ts';
import type { Config } from '../config/config-model.ts';
import type { MatcherEvents } from '../detect/match/matcher.ts';
import { engineOver } from '../engine/assemble-engine.ts';
import { LiveRules } from '../live-rules/live-rules.ts';
import { loadOwnModules } from '../live-rules/load-own-modules.ts';
import type { ServiceRules } from '../live-rules/load-service-rules.ts';
import { Deliverer } from '../notify/outbox/deliver.ts';
import type { Telling } from '../notify/telling.ts';
import { Pipeline } from '../pipeline/pipeline.ts';
import { type OutboxPlanner, planOutbox } from '../pipeline/plan-outbox.ts';
import { commandIds } from '../remediate/plan-remediation.ts';
import { MetricsRegistry } from '../runtime/metrics-registry.ts';
import { SystemClock } from '../runtime/system-clock.ts';
import type { IncidentChange } from '../shared/model/incident-change.ts';
import type { Rule } from '../shared/model/rule.ts';
import type { Log } from '../shared/ports/log.ts';
import { WorldError } from '../shared/world-error.ts';
import { openSqliteStore } from '../store/sqlite/open-sqlite-store.ts';
import type { SqliteStore } from '../store/sqlite/sqlite-store.ts';
import { serviceBusConfig } from './bus-config.ts';
import { type Service, type ServiceParts, startReading } from './life-cycle.ts';
import { openDecoders } from './open-decoders.ts';
import { type Notifiers, openNotifiers } from './open-notifiers.ts';
import { openPlanner } from './open-planner.ts';
import { openTelling, restoreTelling } from './open-telling.ts';

/**
 * The composition root: configuration to adapters to stages, and nothing else. Throws WorldError where the state, the
 * address or the bus is not to be had; a broker that is away is waited for.
 */
export async function startService(config: Config, { log }: { log: Log }): Promise<Service> {
  const clock = new SystemClock();
  const metrics = new MetricsRegistry();
  const failure = Promise.withResolvers<Error>();
  const fail = (error: unknown): void =>
    failure.resolve(error instanceof Error ? error : new Error(String(error)));
  const own = await loadOwnModules(config, clock);
  if (!own.ok) throw new WorldError('disk', own.failure);
  const events = countedBy(metrics);
  const rules = await LiveRules.load({ config, clock, log, metrics, events, own: own.value });
  const store = openSqliteStore({ file: config.state.file });
  const edge: Edge = {
    config,
    log,
    clock,
    metrics,
    store,
    fail,
    bus: openBus(serviceBusConfig(config), { log, clock }),
  };
  const ruleOf = (id: string): Rule | undefined => rules.now.loaded.find(({ rule }) => rule.id === id)?.rule;
  const opened = openNotifiers(config, { log, clock, metrics, ruleOf });
  const deliverer = wireDeliverer(edge, opened);
  const listeners = new Set<(change: IncidentChange) => void>();
  const telling = openTelling(config);
  const { pipeline, swap } = wirePipeline(edge, {
    telling,
    rules: rules.now,
    committed: ({ changes, hasOutbox }) => {
      if (hasOutbox) deliverer.wake();
      for (const change of changes) for (const listener of listeners) listener(change);
    },
  });
  const stored = store.load();
  pipeline.restore(stored);
  restoreTelling(telling, stored, { store, nowMs: clock.nowMs() });
  const parts: ServiceParts = {
    ...edge,
    deliverer,
    notifiers: opened.notifiers,
    pipeline,
    telling,
    listeners,
    failed: failure.promise,
    rules,
    swap,
  };
  return startReading(parts);
}

/** What touches the world. */
interface Edge {
  readonly config: Config;
  readonly log: Log;
  readonly clock: SystemClock;
  readonly metrics: MetricsRegistry;
  readonly store: SqliteStore;
  readonly bus: Bus;
  fail(error: unknown): void;
}

function wireDeliverer(
  { log, clock, metrics, store, bus, fail }: Edge,
  { notifiers, rates, addresses, fallbacks }: Notifiers,
): Deliverer {
  return new Deliverer({
    outbox: store,
    sink: bus.sink,
    notifiers,
    rates,
    addresses,
    fallbacks,
    clock,
    log,
    metrics,
    random: Math.random,
    failed: fail,
  });
}

interface Wiring {
  readonly telling: Telling;
  readonly rules: ServiceRules;
  committed(result: { changes: readonly IncidentChange[]; hasOutbox: boolean }): void;
}

interface Wired {
  readonly pipeline: Pipeline;
  /** Puts other rules in the place of those that run. */
  swap(rules: ServiceRules): Promise<void>;
}

function wirePipeline(edge: Edge, { telling, rules, committed }: Wiring): Wired {
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
    committed,
    onGap: (gap) => log.error('records left the log before they were read: they are lost', { ...gap }),
    onFailure: fail,
  });
  const swap = ({ compiled }: ServiceRules): Promise<void> =>
    pipeline.replaceRules(compiled, () => {
      // Whom a rule that is gone told of its incidents, it tells of their end.
      planner = plannerOf([...running, ...compiled.rules]);
      running = compiled.rules;
    });
  return { pipeline, swap };
}

const countedBy = (metrics: MetricsRegistry): MatcherEvents => ({
  onError: (rule) => metrics.count('tocsin_rule_errors_total', { rule }),
  onMissingGroup: (rule) => metrics.count('tocsin_missing_group_total', { rule }),
});
