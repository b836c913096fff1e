import type { Config } from '../config/config-model.ts';
import { LiveRules } from '../live-rules/live-rules.ts';
import { loadOwnModules } from '../live-rules/load-own-modules.ts';
import { MetricsRegistry } from '../runtime/metrics-registry.ts';
import { SystemClock } from '../runtime/system-clock.ts';
import type { Log } from '../shared/ports/log.ts';
import { WorldError } from '../shared/world-error.ts';
import { openSqliteStore } from '../store/sqlite/open-sqlite-store.ts';
import { openTelling } from './open-telling.ts';
import { wirePipeline } from './wire-pipeline.ts';

/**
 * Does what persons have asked for while no service runs, by the service's own code: the same answers, the same
 * transaction, and in the outbox what the next start tells. Nothing is folded, and no time passes for incidents. Throws
 * WorldError: `state-in-use` where a service has come up meanwhile.
 */
export async function actAlone(config: Config, { log }: { readonly log: Log }): Promise<void> {
  const clock = new SystemClock();
  const metrics = new MetricsRegistry();
  const own = await loadOwnModules(config, clock);
  if (!own.ok) throw new WorldError('disk', own.failure);
  const rules = await LiveRules.load({ config, clock, log, metrics, events: {}, own: own.value });
  const store = openSqliteStore({ file: config.state.file });
  try {
    const fail = (error: unknown): never => {
      throw error;
    };
    const edge = { config, log, clock, metrics, store, fail };
    const { pipeline } = wirePipeline(edge, {
      telling: openTelling(config),
      rules: rules.now,
      committed: () => undefined,
    });
    pipeline.act();
  } finally {
    store.close();
  }
}
