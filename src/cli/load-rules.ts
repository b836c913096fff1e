import { describeFault } from '../config/rule-fault.ts';
import { type LoadRulesOptions, loadRules } from '../config/rule-files.ts';
import type { LoadedRule } from '../config/rule-read.ts';
import type { MatcherFault } from '../detect/match/matcher.ts';
import { complain, type Terminal } from './terminal.ts';

/** Loads rules and says every fault on standard error. The good ones are given, whatever the others are like. */
export function rulesOrComplain(
  terminal: Terminal,
  paths: readonly string[],
  options: LoadRulesOptions = {},
): readonly LoadedRule[] {
  const { rules, faults } = loadRules(paths, options);
  for (const fault of faults) complain(terminal, describeFault(fault));
  if (rules.length === 0) complain(terminal, `no rules in ${paths.join(', ')}: nothing can match`);
  return rules;
}

/** A fault found when the conditions were compiled, with the file the rule was written in. */
export function compileFaultLine(fault: MatcherFault, rules: readonly LoadedRule[]): string {
  const origin = rules.find(({ rule }) => rule.id === fault.ruleId)?.rule.origin;
  const hint = fault.hint === undefined ? '' : ` (${fault.hint})`;
  return `${origin?.file ?? fault.ruleId}: ${fault.path}: ${fault.message}${hint}`;
}
