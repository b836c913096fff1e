import type { SigmaFault } from '../detect/sigma/sigma-fault.ts';
import type { SigmaCorrelation } from '../detect/sigma/sigma-rule.ts';
import { parseRuleCondition, renameRules } from '../detect/window/rule-condition.ts';
import { didYouMean } from '../shared/did-you-mean.ts';
import { fail, ok, type Result } from '../shared/result.ts';
import type { SigmaMeaning } from './sigma-to-rule.ts';

/** A rule or a correlation that correlations may name. */
export interface NamedRule {
  readonly id: string;
}

/** What a correlation means, and which rules it speaks of. */
export interface CorrelationMeaning {
  readonly meaning: SigmaMeaning;
  /** Ids of the rules it names: they alert only through it, unless it says `generate: true`. */
  readonly ruleIds: readonly string[];
}

/**
 * Puts a correlation in the terms of our windows: the firings of the rules it names are its matches. Those may be
 * correlations again. Names become ids.
 */
export function correlationMeaning(
  correlation: SigmaCorrelation,
  known: KnownRules<NamedRule>,
): Result<CorrelationMeaning, readonly SigmaFault[]> {
  const faults: SigmaFault[] = [];
  const idOf = (name: string, path: SigmaFault['path']): string => {
    const rule = known.named.get(name);
    if (rule === undefined) faults.push(missingRule(name, path, known));
    return rule?.id ?? name;
  };
  const { type, condition } = correlation;
  const written = correlation.rules.map((name, at) => idOf(name, ['correlation', 'rules', at]));
  const isExpression = typeof condition === 'string';
  const expressed = isExpression ? expressionOf(condition, idOf) : { ids: [], text: undefined };
  const aliases = Object.entries(correlation.aliases).map(([alias, fields]) => {
    const path = ['correlation', 'aliases', alias];
    return [alias, renamed(fields, (name) => idOf(name, [...path, name]))] as const;
  });
  if (faults.length > 0) return fail(faults);
  const rules = type === 'temporal_ordered' ? written : [...new Set(written)];
  const window = {
    ...windowOf(correlation),
    ...(rules.length === 0 ? {} : { rules }),
    ...(aliases.length === 0 ? {} : { aliases: Object.fromEntries(aliases) }),
    ...(expressed.text === undefined ? {} : { condition: expressed.text }),
  };
  return ok({
    meaning: { conditions: undefined, groupBy: correlation.groupBy, window },
    ruleIds: [...new Set([...written, ...expressed.ids])],
  });
}

/** An expression over names as one over ids. What is wrong with it otherwise is said of the window. */
function expressionOf(
  text: string,
  idOf: (name: string, path: SigmaFault['path']) => string,
): { readonly ids: readonly string[]; readonly text: string } {
  const parsed = parseRuleCondition(text);
  const path = ['correlation', 'condition'];
  const ids = new Map((parsed.ok ? parsed.value.rules : []).map((name) => [name, idOf(name, path)]));
  return { ids: [...ids.values()], text: renameRules(text, (name) => ids.get(name)) ?? text };
}

const renamed = <T>(
  object: Readonly<Record<string, T>>,
  nameOf: (name: string) => string,
): Record<string, T> =>
  Object.fromEntries(Object.entries(object).map(([name, value]) => [nameOf(name), value]));

function windowOf({ type, timespanMs, condition }: SigmaCorrelation): Readonly<Record<string, unknown>> {
  const { field, percentile, ...comparisons } = typeof condition === 'object' ? condition : {};
  return {
    type,
    timespan: `${timespanMs}ms`,
    ...(field === undefined ? {} : { field }),
    ...(percentile === undefined ? {} : { percentile }),
    ...(condition === undefined ? {} : { condition: comparisons }),
  };
}

/** The rules that correlations and filters may name, by id and by name. */
export interface KnownRules<T> {
  readonly named: ReadonlyMap<string, T>;
  /** Those that have faults of their own. */
  readonly refused: ReadonlySet<string>;
}

/** For correlations and filters that name what is not there. */
export function missingRule(
  name: string,
  path: SigmaFault['path'],
  { named, refused }: KnownRules<unknown>,
): SigmaFault {
  if (refused.has(name)) return { path, message: `rule "${name}" is not loaded, because of its own faults` };
  const meant = didYouMean(name, [...named.keys()]);
  const message = `there is no rule "${name}"`;
  return meant === undefined ? { path, message } : { path, message, hint: `did you mean "${meant}"?` };
}
