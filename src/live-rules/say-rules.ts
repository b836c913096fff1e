import type { Config } from '../config/config-model.ts';
import { describeFault } from '../config/rule-fault.ts';
import type { LoadedRule } from '../config/rule-read.ts';
import type { Log } from '../shared/ports/log.ts';
import type { Metrics } from '../shared/ports/metrics.ts';
import { isToBlame } from './keep-last-good.ts';
import type { ServiceRules } from './load-service-rules.ts';

/** How many ids of rules a line of the log names. */
const namedMax = 20;

interface Hearers {
  readonly config: Config;
  readonly log: Log;
  readonly metrics: Metrics;
}

/**
 * Says in the log and the metrics what came of reading the rules: a fault once, as long as it stays. `before`: the rules
 * that ran until now; undefined at the start.
 */
export function sayRules(
  now: ServiceRules,
  before: ServiceRules | undefined,
  { config, log, metrics }: Hearers,
): void {
  const known = new Set(before === undefined ? [] : troubles(before, config, false).map(({ what }) => what));
  for (const { what, text, isError } of troubles(now, config, before === undefined)) {
    if (known.has(what)) continue;
    if (isError) log.error(text);
    else log.warn(text);
  }
  const count = now.compiled.rules.length;
  const states = { loaded: count, draft: now.drafts.length, faulty: faultyCount(now), kept: now.kept.length };
  for (const [state, value] of Object.entries(states)) metrics.gauge('tocsin_rules', value, { state });
  const counts = { drafts: now.drafts.length, faults: now.faults.length + now.listFaults.length };
  if (before === undefined) log.info(`${count} rules loaded`, counts);
  else log.info(`rules reloaded: ${count} run`, { ...counts, ...differences(now, before) });
}

/** Rules with a fault; a file of which no rule could be read counts as one. */
export const faultyCount = ({ faults }: Pick<ServiceRules, 'faults'>): number =>
  new Set(faults.map((fault) => `${fault.file} ${fault.ruleId ?? fault.path}`)).size;

interface Trouble {
  /** The same as long as it stays. */
  readonly what: string;
  readonly text: string;
  readonly isError: boolean;
}

function troubles(
  { faults, listFaults, kept, loaded }: ServiceRules,
  config: Config,
  isStart: boolean,
): readonly Trouble[] {
  const named = new Set(config.sources.map((source) => source.name));
  return [
    ...listFaults.map(({ list, message }) => error(`list ${list}: ${message}`)),
    ...faults.map((fault) => {
      const what = describeFault(fault);
      const stays = kept.filter((each) => isToBlame(fault, each)).map(({ rule }) => rule);
      if (stays.length === 0) return { what, text: `rule not loaded: ${what}`, isError: true };
      const versions = someOf(stays.map(({ id, hash }) => (isStart ? `${id} (hash ${hash})` : id)));
      const text = isStart
        ? `rule not loaded: ${what}; the last good version of ${versions} runs, as it did before this start`
        : `rule not reloaded: ${what}; the last good version of ${versions} runs on`;
      return { what, text, isError: true };
    }),
    ...loaded.flatMap(({ rule }) => {
      const missing = (rule.sources ?? []).filter((source) => !named.has(source));
      const what = `rule ${rule.id} names sources that are not configured: ${missing.join(', ')}`;
      return missing.length === 0 ? [] : [{ what, text: what, isError: false }];
    }),
  ];
}

const error = (what: string): Trouble => ({ what, text: what, isError: true });

/** Ids by what became of the rules, those kinds that there are. */
function differences(now: ServiceRules, before: ServiceRules): Readonly<Record<string, string>> {
  const old = new Map(before.loaded.map(({ rule }) => [rule.id, rule]));
  const present = new Set(now.loaded.map(({ rule }) => rule.id));
  const isAnother = ({ rule }: LoadedRule): boolean => {
    const was = old.get(rule.id);
    return was !== undefined && was.hash !== rule.hash;
  };
  const kinds = {
    added: now.loaded.filter(({ rule }) => !old.has(rule.id)),
    changed: now.loaded.filter(isAnother),
    removed: before.loaded.filter(({ rule }) => !present.has(rule.id)),
    kept: now.kept,
  };
  return Object.fromEntries(
    Object.entries(kinds)
      .filter(([, rules]) => rules.length > 0)
      .map(([kind, rules]) => [kind, someOf(rules.map(({ rule }) => rule.id))]),
  );
}

const someOf = (ids: readonly string[]): string =>
  ids.length <= namedMax
    ? ids.join(', ')
    : `${ids.slice(0, namedMax).join(', ')} and ${ids.length - namedMax} more`;
