import type { Rule } from '../../shared/model/rule.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import { compileGroup, type ReadGroup } from '../group-key.ts';
import { compileParsed, type Predicate } from './compile-condition.ts';
import type { ConditionFault, ConditionNode } from './condition-node.ts';
import { exactRequirements, type Requirements } from './exact-requirement.ts';
import { type ConditionContext, parseCondition } from './parse-condition.ts';

/** What is wrong with a rule's conditions. `path` is within the rule: `$.conditions.all[1]`. */
export interface MatcherFault extends ConditionFault {
  readonly ruleId: string;
}

/** Events that a rule leaves out, before a time. */
interface CompiledException {
  readonly excludes: Predicate;
  /** Event time from which it no longer holds; infinity: never. */
  readonly expiresAtMs: number;
}

/** A rule as the matcher runs it. */
export interface CompiledRule {
  readonly id: string;
  readonly sources: ReadonlySet<string> | undefined;
  readonly matches: Predicate;
  /** What an event must have for `matches` to be true. */
  readonly requirements: Requirements;
  readonly exceptions: readonly CompiledException[];
  readonly readGroup: ReadGroup;
}

/** Compiles a rule's conditions and those of its exceptions; all their faults at once. */
export function compileRule(
  rule: Rule,
  context: ConditionContext,
): Result<CompiledRule, readonly MatcherFault[]> {
  const faults: MatcherFault[] = [];
  const parseAt = (tree: unknown, at: string): ConditionNode | undefined => {
    const result = parseCondition(tree, context);
    if (result.ok) return result.value;
    for (const fault of result.failure)
      faults.push({ ...fault, ruleId: rule.id, path: `$.${at}${fault.path.slice(1)}` });
    return undefined;
  };
  const conditions = parseAt(rule.conditions, 'conditions');
  const exceptions = rule.exceptions.flatMap((exception, index) => {
    const node = parseAt(exception.conditions, `exceptions[${index}].conditions`);
    const expiresAtMs = exception.expiresAtMs ?? Number.POSITIVE_INFINITY;
    return node === undefined ? [] : [{ excludes: compileParsed(node), expiresAtMs }];
  });
  if (conditions === undefined || faults.length > 0) return fail(faults);
  return ok({
    id: rule.id,
    sources: rule.sources === undefined ? undefined : new Set(rule.sources),
    matches: compileParsed(conditions),
    requirements: exactRequirements(conditions),
    exceptions,
    readGroup: compileGroup(rule.groupBy, rule.missingGroup),
  });
}
