import { covers } from './log-source.ts';
import type { SigmaFilter, SigmaRule } from './sigma-rule.ts';

/** The rule with the filters that name it, or that name any rule, and whose log source covers its own. */
export function applyFilters(rule: SigmaRule, filters: readonly SigmaFilter[]): SigmaRule {
  const { search } = rule;
  const applying = filters.filter(
    (filter) => names(filter, rule) && covers(filter.logsource, search.logsource),
  );
  if (applying.length === 0) return rule;
  return {
    ...rule,
    search: { ...search, filters: [...search.filters, ...applying.map((filter) => filter.detection)] },
  };
}

/** Whether the filter names the rule, by id or by name. */
export function names(filter: SigmaFilter, { id, name }: Pick<SigmaRule, 'id' | 'name'>): boolean {
  if (filter.rules === undefined) return true;
  return filter.rules.some((each) => each === id || each === name);
}
