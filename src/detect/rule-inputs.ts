import type { Rule } from '../shared/model/rule.ts';
import type { RuleInputs } from '../shared/model/window-spec.ts';

/** What a rule's window says of the rules whose firings are its matches; undefined for a rule with conditions. */
export function inputsOf({ window }: Pick<Rule, 'window'>): RuleInputs | undefined {
  if (window === undefined || !('rules' in window) || window.rules === undefined) return undefined;
  const { rules, aliases } = window;
  return aliases === undefined ? { rules } : { rules, aliases };
}

/** What a name in `groupBy` or `field` is called in the events, or in the groups, of one of these rules. */
export function fieldIn({ aliases }: RuleInputs, ruleId: string, name: string): string {
  const fields = aliases !== undefined && Object.hasOwn(aliases, name) ? aliases[name] : undefined;
  return fields !== undefined && Object.hasOwn(fields, ruleId) ? (fields[ruleId] ?? name) : name;
}

/** The fields that a rule's window reads beside those of its group. */
export function windowFieldsOf({ window }: Pick<Rule, 'window'>): readonly string[] {
  return window === undefined || !('field' in window) ? [] : [window.field].flat();
}
