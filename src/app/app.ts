import { type Bus, openBus } from '../bus/open-bus.ts';
import type { Config } from '../config/config-model.ts';
import type { MatcherEvents } from '../detect/match/matcher.ts';
import { LiveRules } from '../live-rules/live-rules.ts';
import { loadOwnModules } from '../live-rules/load-own-modules.ts';
import { Deliverer } from '../notify/outbox/deliver.ts';
import type { Telling } from '../notify/telling/telling.ts';
import { MetricsRegistry } from '../runtime/metrics-registry.ts';
import { SystemClock } from '../runtime/system-clock.ts';
import type { IncidentChange } from '../shared/model/incident-change.ts';
import type { Rule } from '../shared/model/rule.ts';
import type { Log } from '../shared/ports/log.ts';
import type { Metrics } from '../shared/ports/metrics.ts';
import { WorldError } from '../shared/world-error.ts';
import { openSqliteStore } from '../store/sqlite/open-sqlite-store.ts';
import type { Patience } from '../store/sqlite/patience.ts';
import { serviceBusConfig } from './bus-config.ts';
import { type Service, type ServiceParts, startReading } from './life-cycle.ts';
import { type Notifiers, openNotifiers } from './open-notifiers.ts';
import { openTelling } from './open-telling.ts';
import { type PipelineEdge, wirePipeline } from './wire-pipeline.ts';

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
  const { file } = config.state;
  const store = openSqliteStore({ file, lockWaitMs, patience: patienceOf(file, log) });
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
  const telling = openTelling(config);
  const deliverer = wireDeliverer(edge, opened, telling);
  const listeners = new Set<(change: IncidentChange) => void>();
  const { pipeline, swap } = wirePipeline(edge, {
    telling,
    rules: rules.now,
    undelivered: () => deliverer.takeUndelivered(),
    committed: ({ changes, hasOutbox }) => {
      if (hasOutbox) deliverer.wake();
      for (const change of changes) for (const listener of listeners) listener(change);
    },
  });
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

/** A command that works on the state without a service holds it for no longer. */
const lockWaitMs = 2_000;

/** A service does not end because a command beside it was stopped in the middle: a minute, and it says so. */
const patienceOf = (file: string, log: Log): Patience => ({
  eachMs: 5_000,
  tries: 12,
  waiting: (waitedMs) => log.warn('another program writes the state: waiting for it', { file, waitedMs }),
});

/** What touches the world. */
interface Edge extends PipelineEdge {
  readonly metrics: MetricsRegistry;
  readonly bus: Bus;
}

function wireDeliverer(
  { log, clock, metrics, store, bus, fail }: Edge,
  { notifiers, rates, addresses, digests, fallbacks }: Notifiers,
  { whatStands }: Telling,
): Deliverer {
  return new Deliverer({
    outbox: store,
    sink: bus.sink,
    notifiers,
    rates,
    addresses,
    digests,
    fallbacks,
    whatStands,
    clock,
    log,
    metrics,
    random: Math.random,
    failed: fail,
  });
}

/** What rules report while they match, as metrics. */
const countedBy = (metrics: Metrics): MatcherEvents => ({
  onError: (rule) => metrics.count('tocsin_rule_errors_total', { rule }),
  onMissingGroup: (rule) => metrics.count('tocsin_missing_group_total', { rule }),
});
