import type { Group } from '../../shared/model/group.ts';
import type { EventFields } from '../../shared/model/log-event.ts';
import type { Rule } from '../../shared/model/rule.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import { compileGroup } from '../group-key.ts';
import type { SigmaCompiler } from '../sigma/compile/compile-conditions.ts';
import type { AtomNumbers } from '../sigma/index/atom-numbers.ts';
import type { ItemTerms } from '../sigma/index/plan-index.ts';
import { isSigmaConditions } from '../sigma/sigma-rule.ts';
import { compileParsed, type Predicate } from './compile-condition.ts';
import type { ConditionFault, ConditionNode } from './condition-node.ts';
import { type AskedCondition, compileAskedCondition } from './own-facts/asked-condition.ts';
import { usesOwnFacts } from './own-facts/uses-own-facts.ts';
import { type ConditionContext, parseCondition } from './parse-condition.ts';

/** What is wrong with a rule's conditions. `path` is within the rule: `$.conditions.all[1]`. */
export interface MatcherFault extends ConditionFault {
  readonly ruleId: string;
}

/** Events that a rule leaves out, before a time. */
interface CompiledException {
  readonly excludes: CompiledRule['matches'];
  /** Event time from which it no longer holds; infinity: never. */
  readonly expiresAtMs: number;
}

/** A rule as the matcher runs it. */
export interface CompiledRule {
  readonly id: string;
  /** Among all rules that are compiled: matches are in this order. */
  readonly place: number;
  /** The rule's: equal where conditions are. */
  readonly hash: string;
  readonly sources: ReadonlySet<string> | undefined;
  /** Whether an event of the source satisfies the conditions. */
  readonly matches: (fields: EventFields, source: string) => boolean;
  /** The same conditions, parsed; undefined for a rule in Sigma. */
  readonly parsed?: ConditionNode;
  /** What an event must have for a rule in Sigma to match, by the event's source; undefined for other rules. */
  readonly termsOf?: (source: string, numbers: AtomNumbers) => ItemTerms;
  readonly exceptions: readonly CompiledException[];
  readonly readGroup: (fields: EventFields, source: string) => Group | null;
  /** Reads the fields of the window, where the source has other names for them. */
  readonly readWindow?: CompiledRule['readGroup'];
  /** What the numerator of a ratio asks of an event that matches. */
  readonly isNumerator?: Predicate;
  /** What of it asks own facts, which is done before an event is matched; undefined where nothing does. */
  readonly asked?: AskedConditions;
}

/** The conditions of a rule that ask own facts: its own, and those of its exceptions and its numerator. */
interface AskedConditions {
  readonly conditions?: AskedCondition;
  readonly others: readonly AskedCondition[];
}

/** Compiles a rule's conditions and those of its exceptions; all their faults at once. */
export function compileRule(
  rule: Rule,
  context: ConditionContext,
  sigma: SigmaCompiler,
): Result<Omit<CompiledRule, 'place'>, readonly MatcherFault[]> {
  const faults: MatcherFault[] = [];
  const parseAt = (tree: unknown, at: string): ConditionNode | undefined => {
    const result = parseCondition(tree, context);
    if (result.ok) return result.value;
    for (const fault of result.failure)
      faults.push({ ...fault, ruleId: rule.id, path: `$.${at}${fault.path.slice(1)}` });
    return undefined;
  };
  const search: CompiledSearch | undefined = isSigmaConditions(rule.conditions)
    ? {
        matches: sigma.compile(rule.conditions),
        termsOf: sigma.require(rule.conditions),
        readGroup: sigma.compileGroup(rule),
        ...readWindow(rule, sigma),
      }
    : compileTree(parseAt(rule.conditions, 'conditions'), rule);
  const others: AskedCondition[] = [];
  const compileOther = (node: ConditionNode): Predicate => {
    const { test, asked } = compileJudge(node);
    if (asked !== undefined) others.push(asked);
    return test;
  };
  const exceptions = rule.exceptions.flatMap(({ conditions, expiresAtMs = Infinity }, index) => {
    if (isSigmaConditions(conditions)) return [{ excludes: sigma.compile(conditions), expiresAtMs }];
    const node = parseAt(conditions, `exceptions[${index}].conditions`);
    return node === undefined ? [] : [{ excludes: compileOther(node), expiresAtMs }];
  });
  const numerator =
    rule.window?.type === 'ratio' ? parseAt(rule.window.numerator, 'window.numerator') : undefined;
  if (search === undefined || faults.length > 0) return fail(faults);
  const sources = rule.sources === undefined ? undefined : new Set(rule.sources);
  const { conditions, ...found } = search;
  const isNumerator = numerator === undefined ? undefined : compileOther(numerator);
  const hasAsked = conditions !== undefined || others.length > 0;
  return ok({
    id: rule.id,
    hash: rule.hash,
    sources,
    exceptions,
    ...found,
    ...(isNumerator === undefined ? {} : { isNumerator }),
    ...(hasAsked ? { asked: { others, ...(conditions === undefined ? {} : { conditions }) } } : {}),
  });
}

/** A predicate; of conditions with own facts it says what was answered when they were asked. */
function compileJudge(node: ConditionNode): { readonly test: Predicate; readonly asked?: AskedCondition } {
  if (!usesOwnFacts(node)) return { test: compileParsed(node) };
  const asked = compileAskedCondition(node);
  return { test: asked.answer, asked };
}

/** Sigma names fields by its taxonomy: those of the window go through the source's profile, as those of the group do. */
function readWindow(rule: Rule, sigma: SigmaCompiler): Pick<CompiledRule, 'readWindow'> {
  if (rule.window === undefined || !('field' in rule.window)) return {};
  const groupBy = [rule.window.field].flat();
  return { readWindow: sigma.compileGroup({ ...rule, groupBy, missingGroup: 'null' }) };
}

/** What the conditions of a rule come to. */
type CompiledSearch = Pick<CompiledRule, 'matches' | 'parsed' | 'termsOf' | 'readGroup' | 'readWindow'> & {
  readonly conditions?: AskedCondition;
};

function compileTree(
  conditions: ConditionNode | undefined,
  { groupBy, missingGroup }: Rule,
): CompiledSearch | undefined {
  if (conditions === undefined) return undefined;
  const { test, asked } = compileJudge(conditions);
  return {
    matches: test,
    parsed: conditions,
    readGroup: compileGroup(groupBy, missingGroup),
    ...(asked === undefined ? {} : { conditions: asked }),
  };
}
