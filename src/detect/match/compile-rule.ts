import type { Group } from '../../shared/model/group.ts';
import type { EventFields } from '../../shared/model/log-event.ts';
import type { Rule } from '../../shared/model/rule.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import { compileGroup } from '../group-key.ts';
import type { SigmaCompiler } from '../sigma/compile/compile-conditions.ts';
import type { Requirement } from '../sigma/index/requirement.ts';
import { isSigmaConditions } from '../sigma/sigma-rule.ts';
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
  /** Whether an event of the source satisfies the conditions. */
  readonly matches: (fields: EventFields, source: string) => boolean;
  /** What an event must have for `matches` to be true. */
  readonly requirements: Requirements;
  /** The same of a rule in Sigma, by the event's source; undefined for other rules. */
  readonly requirementOf?: (source: string) => Requirement;
  readonly exceptions: readonly CompiledException[];
  readonly readGroup: (fields: EventFields, source: string) => Group | null;
  /** Reads the fields of the window, where the source has other names for them. */
  readonly readWindow?: CompiledRule['readGroup'];
  /** What the numerator of a ratio asks of an event that matches. */
  readonly isNumerator?: Predicate;
}

/** Compiles a rule's conditions and those of its exceptions; all their faults at once. */
export function compileRule(
  rule: Rule,
  context: ConditionContext,
  sigma: SigmaCompiler,
): Result<CompiledRule, readonly MatcherFault[]> {
  const faults: MatcherFault[] = [];
  const parseAt = (tree: unknown, at: string): ConditionNode | undefined => {
    const result = parseCondition(tree, context);
    if (result.ok) return result.value;
    for (const fault of result.failure)
      faults.push({ ...fault, ruleId: rule.id, path: `$.${at}${fault.path.slice(1)}` });
    return undefined;
  };
  const search = isSigmaConditions(rule.conditions)
    ? {
        matches: sigma.compile(rule.conditions),
        requirements: nothingRequired,
        requirementOf: sigma.require(rule.conditions),
        readGroup: sigma.compileGroup(rule),
        ...readWindow(rule, sigma),
      }
    : compileTree(parseAt(rule.conditions, 'conditions'), rule);
  const exceptions = rule.exceptions.flatMap((exception, index) => {
    const node = parseAt(exception.conditions, `exceptions[${index}].conditions`);
    const expiresAtMs = exception.expiresAtMs ?? Number.POSITIVE_INFINITY;
    return node === undefined ? [] : [{ excludes: compileParsed(node), expiresAtMs }];
  });
  const numerator =
    rule.window?.type === 'ratio' ? parseAt(rule.window.numerator, 'window.numerator') : undefined;
  if (search === undefined || faults.length > 0) return fail(faults);
  const sources = rule.sources === undefined ? undefined : new Set(rule.sources);
  const compiled = { id: rule.id, sources, exceptions, ...search };
  return ok(numerator === undefined ? compiled : { ...compiled, isNumerator: compileParsed(numerator) });
}

/** Sigma names fields by its taxonomy: those of the window go through the source's profile, as those of the group do. */
function readWindow(rule: Rule, sigma: SigmaCompiler): Pick<CompiledRule, 'readWindow'> {
  if (rule.window === undefined || !('field' in rule.window)) return {};
  const groupBy = [rule.window.field].flat();
  return { readWindow: sigma.compileGroup({ ...rule, groupBy, missingGroup: 'null' }) };
}

const nothingRequired: Requirements = new Map();

function compileTree(
  conditions: ConditionNode | undefined,
  { groupBy, missingGroup }: Rule,
): Pick<CompiledRule, 'matches' | 'requirements' | 'readGroup'> | undefined {
  if (conditions === undefined) return undefined;
  return {
    matches: compileParsed(conditions),
    requirements: exactRequirements(conditions),
    readGroup: compileGroup(groupBy, missingGroup),
  };
}
