import type { Config } from './config/config-model.ts';
import { readLists } from './config/read-lists.ts';
import { loadRules } from './config/rule-files.ts';
import type { Lists } from './detect/match/lists.ts';
import type { Rule } from './shared/model/rule.ts';
import type { Log } from './shared/ports/log.ts';
import type { Metrics } from './shared/ports/metrics.ts';

export interface ServiceRules {
  readonly rules: readonly Rule[];
  readonly lists: Lists;
}

/** Loads the configured lists and rules. A faulty one stops no other: it is in the log and in the metrics. */
export function loadServiceRules(
  config: Config,
  { log, metrics }: { log: Log; metrics: Metrics },
): ServiceRules {
  const { lists, entries, faults: listFaults } = readLists(config.lists);
  for (const fault of listFaults) log.error(`list ${fault.list}: ${fault.message}; it is empty until then`);
  const { rules, drafts, faults } = loadRules(config.rules, { lists, placeholders: entries });
  for (const fault of faults)
    log.error(`rule not loaded: ${fault.file}: ${fault.path}: ${fault.message}`, { ...fault });
  const unknown = new Set(config.sources.map((source) => source.name));
  for (const { rule } of rules) {
    const missing = (rule.sources ?? []).filter((source) => !unknown.has(source));
    if (missing.length > 0)
      log.warn(`rule ${rule.id} names sources that are not configured: ${missing.join(', ')}`);
  }
  metrics.gauge('tocsin_rules', rules.length, { state: 'loaded' });
  metrics.gauge('tocsin_rules', drafts.length, { state: 'draft' });
  metrics.gauge(
    'tocsin_rules',
    new Set(faults.map((fault) => `${fault.file}${fault.ruleId ?? fault.path}`)).size,
    { state: 'faulty' },
  );
  log.info(`${rules.length} rules loaded`, { drafts: drafts.length, faults: faults.length });
  return { rules: rules.map(({ rule }) => rule), lists };
}
