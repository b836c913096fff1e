import type { LogEvent } from '../../shared/model/log-event.ts';
import type { Rule, RuleException } from '../../shared/model/rule.ts';
import { ok, type Result } from '../../shared/result.ts';
import { type ExplainedSource, explainSigma } from '../sigma/explain-sigma.ts';
import { isSigmaConditions } from '../sigma/sigma-rule.ts';
import type { ConditionFault } from './condition-node.ts';
import { type ConditionExplanation, type Explanation, explainAskedCondition } from './explain.ts';
import type { ConditionContext } from './parse-condition.ts';

/** An exception on one event. */
export interface ExceptionExplanation {
  readonly reason: string;
  /** Its conditions hold, and it has not expired: the rule leaves the event out. */
  readonly excludes: boolean;
  /** The event is of a time at which the exception no longer held. */
  readonly isExpired: boolean;
  readonly tree: Explanation;
}

export interface RuleExplanation {
  /** Whether the rule matches the event, as the matcher says it. */
  readonly matches: boolean;
  readonly tree: Explanation;
  readonly exceptions: readonly ExceptionExplanation[];
  /** Of a ratio: whether the event counts above the line, too. */
  readonly numerator?: Explanation;
}

export interface RuleExplaining {
  readonly context: ConditionContext;
  readonly source: ExplainedSource;
}

/** Why a rule with conditions, in JSON or Sigma, matches an event or does not. Slow and for people. */
export async function explainRule(
  rule: Pick<Rule, 'conditions' | 'exceptions' | 'window'>,
  event: Pick<LogEvent, 'fields' | 'timeMs'>,
  explaining: RuleExplaining,
): Promise<Result<RuleExplanation, readonly ConditionFault[]>> {
  const conditions = await explainTree(rule.conditions, event, explaining);
  if (!conditions.ok) return conditions;
  const exceptions: ExceptionExplanation[] = [];
  for (const exception of rule.exceptions) {
    const explained = await explainTree(exception.conditions, event, explaining);
    if (!explained.ok) return explained;
    exceptions.push(exceptionOf(exception, event, explained.value));
  }
  const numerator =
    rule.window?.type === 'ratio' ? await explainTree(rule.window.numerator, event, explaining) : undefined;
  if (numerator?.ok === false) return numerator;
  const { matches, tree } = conditions.value;
  return ok({
    matches: matches && !exceptions.some(({ excludes }) => excludes),
    tree,
    exceptions,
    ...(numerator === undefined ? {} : { numerator: numerator.value.tree }),
  });
}

async function explainTree(
  tree: unknown,
  { fields }: Pick<LogEvent, 'fields'>,
  { context, source }: RuleExplaining,
): Promise<Result<ConditionExplanation, readonly ConditionFault[]>> {
  return isSigmaConditions(tree)
    ? ok(explainSigma(tree, fields, source))
    : await explainAskedCondition(tree, fields, context);
}

function exceptionOf(
  { reason, expiresAtMs }: RuleException,
  { timeMs }: Pick<LogEvent, 'timeMs'>,
  { matches, tree }: ConditionExplanation,
): ExceptionExplanation {
  const isExpired = expiresAtMs !== undefined && timeMs >= expiresAtMs;
  return { reason, excludes: matches && !isExpired, isExpired, tree };
}
