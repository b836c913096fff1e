import type { SigmaFault } from '../detect/sigma/sigma-fault.ts';
import type { SigmaCorrelation, SigmaRule } from '../detect/sigma/sigma-rule.ts';
import { didYouMean } from '../shared/did-you-mean.ts';
import { fail, ok, type Result } from '../shared/result.ts';
import { futureWindowKinds } from './rule-window-schema.ts';
import type { SigmaMeaning } from './sigma-to-rule.ts';

/** A rule that correlations may name. */
export type NamedRule =
  | { readonly kind: 'rule'; readonly id: string; readonly rule: SigmaRule }
  | { readonly kind: 'correlation'; readonly id: string };

/** What a correlation means, and which rules it speaks of. */
export interface CorrelationMeaning {
  readonly meaning: SigmaMeaning;
  /** Ids of the rules it names: they alert only through it, unless it says `generate: true`. */
  readonly ruleIds: readonly string[];
}

/**
 * Puts a correlation in the terms of our windows: the rules it counts become the conditions, any of which must match.
 * What needs more than that (rules told apart, correlations of correlations) is refused by name until windows have it.
 */
export function correlationMeaning(
  correlation: SigmaCorrelation,
  { named, refused }: KnownRules<NamedRule>,
): Result<CorrelationMeaning, readonly SigmaFault[]> {
  const { type, rules, aliases } = correlation;
  const faults: SigmaFault[] = [];
  const found = rules.flatMap((name, index): readonly NamedRule[] => {
    const rule = named.get(name);
    if (rule === undefined)
      faults.push(missingRule(name, ['correlation', 'rules', index], { named, refused }));
    return rule === undefined ? [] : [rule];
  });
  if (futureWindowKinds.includes(type) || type.startsWith('temporal'))
    faults.push({
      path: ['correlation', 'type'],
      message: `correlation type "${type}" is not supported yet`,
    });
  if (found.some((rule) => rule.kind === 'correlation'))
    faults.push({
      path: ['correlation', 'rules'],
      message: 'a correlation of correlations is not supported yet',
    });
  const isTold = Object.keys(aliases).length > 0 && rules.length > 1;
  if (isTold)
    faults.push({
      path: ['correlation', 'aliases'],
      message: 'aliases over several rules are not supported yet',
    });
  if (faults.length > 0) return fail(faults);
  const searches = found.flatMap((rule) => (rule.kind === 'rule' ? [rule.rule.search] : []));
  const groupBy = correlation.groupBy.map((field) => unaliased(field, correlation));
  return ok({
    meaning: { conditions: { sigma: searches }, groupBy, window: windowOf(correlation) },
    ruleIds: found.map((rule) => rule.id),
  });
}

/** Of one rule, an alias is another name of a field. */
function unaliased(field: string, { aliases }: SigmaCorrelation): string {
  const fields = Object.hasOwn(aliases, field) ? aliases[field] : undefined;
  return fields === undefined ? field : (Object.values(fields)[0] ?? field);
}

function windowOf({ type, timespanMs, condition }: SigmaCorrelation): Readonly<Record<string, unknown>> {
  const { field, percentile, ...comparisons } = typeof condition === 'object' ? condition : {};
  return {
    type,
    timespan: `${timespanMs}ms`,
    ...(field === undefined ? {} : { field }),
    ...(percentile === undefined ? {} : { percentile }),
    condition: comparisons,
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
