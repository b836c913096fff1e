import type { Config } from '../config/config-model.ts';
import type { Telling } from '../notify/telling/telling.ts';
import { cloudEventSource, encodeText, type OutboxPlanner } from '../pipeline/plan-outbox.ts';
import { defaultNeverTarget, neverTarget } from '../remediate/never-target.ts';
import { remediationDefaults } from '../remediate/plan-remediation.ts';
import type { Rule } from '../shared/model/rule.ts';
import type { Log } from '../shared/ports/log.ts';
import type { Metrics } from '../shared/ports/metrics.ts';

/** What `planOutbox` needs to know, from the configuration and the rules; `telling` hears whom they name. */
export function openPlanner(
  config: Config,
  deps: { rules: readonly Rule[]; telling: Telling; metrics: Metrics; log: Log },
): OutboxPlanner {
  const { metrics, log, telling } = deps;
  const rules = new Map(deps.rules.map((rule) => [rule.id, rule]));
  telling.replaceRules((ruleId) => rules.get(ruleId)?.notify ?? []);
  return {
    incidentsTopic: config.outputs.incidents,
    firingsTopic: config.outputs.firings,
    rules,
    metrics,
    telling,
    remediation: {
      ...remediationDefaults,
      never: neverTarget([...defaultNeverTarget, ...config.remediation.neverTarget]),
      topic: config.outputs.remediation,
      source: cloudEventSource,
      encode: encodeText,
    },
    onRefusal: (refusal) => {
      metrics.count('tocsin_commands_refused_total', { rule: refusal.ruleId, reason: refusal.reason });
      log.warn('a remediation command was refused', { ...refusal });
    },
  };
}
