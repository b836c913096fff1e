import type { RuleFault } from '../config/rule-fault.ts';
import type { LoadedRules } from '../config/rule-files.ts';
import type { LoadedRule } from '../config/rule-read.ts';

/** Rules that run, and which of them have a fault in their files now. */
export interface LastGood {
  readonly loaded: readonly LoadedRule[];
  /** Those of them that run as they were before their files became faulty. */
  readonly kept: readonly LoadedRule[];
}

/**
 * What is to run after a reload: the rules that are good, and of those that a fault took away the version that ran
 * before. A rule that went without a fault, or became a draft, was removed. Where a fault names no rule (a file that is
 * no JSON, a folder that is empty or gone), all that went from there stay.
 */
export function keepLastGood(
  running: readonly LoadedRule[],
  now: Pick<LoadedRules, 'rules' | 'drafts' | 'faults'>,
): LastGood {
  const present = new Set([...now.rules, ...now.drafts].map(({ rule }) => rule.id));
  const known = new Set(running.map(({ rule }) => rule.id));
  // A fault that names another rule that ran is that rule's alone.
  const faults = now.faults.map((fault) => ({
    fault,
    isOfUnknown: fault.ruleId === undefined || !known.has(fault.ruleId),
  }));
  const kept = running.filter(
    (each) =>
      !present.has(each.rule.id) &&
      faults.some(({ fault, isOfUnknown }) =>
        isOfUnknown ? isToBlame(fault, each) : fault.ruleId === each.rule.id,
      ),
  );
  return { loaded: [...now.rules, ...kept], kept };
}

/** Whether the fault may be why the rule is not there: it names the rule, or speaks of where the rule stood. */
export function isToBlame(fault: RuleFault, { rule }: LoadedRule): boolean {
  if (fault.ruleId === rule.id) return true;
  if (!isWithin(rule.origin.file, fault.file)) return false;
  // The fault may be in the id itself: then it names a rule that never ran, where this one stood.
  return fault.ruleId === undefined || isPathWithin(fault.path, rule.origin.path);
}

export const isWithin = (file: string, place: string): boolean =>
  file === place || file.startsWith(place.endsWith('/') ? place : `${place}/`);

/** `$[1].id` is within `$[1]`, `$[10].id` is not. */
function isPathWithin(path: string, outer: string): boolean {
  const next = path.at(outer.length);
  return path.startsWith(outer) && (next === undefined || /[.[ ]/.test(next));
}
