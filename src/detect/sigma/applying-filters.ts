import { covers } from './log-source.ts';
import type { SigmaFilter, SigmaLogSource } from './sigma-rule.ts';

/** What filters ask of a rule. */
export interface Filtered {
  readonly id?: string;
  readonly name?: string;
  readonly logsource: SigmaLogSource;
}

/** The filters that name the rule, or that name any rule, and whose log source covers its own. */
export const applyingFilters = (rule: Filtered, filters: readonly SigmaFilter[]): readonly SigmaFilter[] =>
  filters.filter((filter) => names(filter, rule) && covers(filter.logsource, rule.logsource));

/** Whether the filter names the rule, by id or by name. */
export function names(filter: SigmaFilter, { id, name }: Pick<Filtered, 'id' | 'name'>): boolean {
  if (filter.rules === undefined) return true;
  return filter.rules.some((each) => each === id || each === name);
}
