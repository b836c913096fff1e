import type { LogEvent } from '../../shared/model/log-event.ts';
import type { Match } from '../../shared/model/match.ts';
import type { Rule } from '../../shared/model/rule.ts';
import { compileGroup, type ReadGroup } from '../group-key.ts';
import { compileCondition, type Predicate } from './compile-condition.ts';
import type { ConditionFault } from './condition-node.ts';
import { createOperatorTable, type OperatorOptions } from './operator-table.ts';
import type { ConditionContext } from './parse-condition.ts';

/** Says which rules an event matches. Stateless: it knows nothing of windows, of other events, or of a clock. */
export interface Matcher {
  /** The matches, in the order of the rules; the same empty array whenever there are none. */
  match(event: LogEvent): readonly Match[];
}

/** What a matcher reports beside its matches. Each is called during `match`, and must not throw. */
export interface MatcherEvents {
  /** A condition threw: the rule does not match this event. An exception that throws excludes nothing. */
  readonly onError?: (ruleId: string, error: unknown) => void;
  /** An event matched, but lacks a field of `groupBy`, and the rule says `missingGroup: skip`. */
  readonly onMissingGroup?: (ruleId: string) => void;
}

export interface MatcherOptions extends OperatorOptions, MatcherEvents {
  /** Named conditions, for references that were not resolved when the rules were read. */
  readonly conditions?: Readonly<Record<string, unknown>>;
}

/** What is wrong with a rule's conditions. `path` is within the rule: `$.conditions.all[1]`. */
export interface MatcherFault extends ConditionFault {
  readonly ruleId: string;
}

export interface CompiledMatcher {
  readonly matcher: Matcher;
  readonly faults: readonly MatcherFault[];
}

interface CompiledException {
  readonly excludes: Predicate;
  readonly expiresAtMs: number;
}

interface CompiledRule {
  readonly id: string;
  readonly sources: ReadonlySet<string> | undefined;
  readonly matches: Predicate;
  readonly exceptions: readonly CompiledException[];
  readonly readGroup: ReadGroup;
}

/** Compiles rules once. A rule with a fault is left out and reported; the others work. */
export function compileMatcher(rules: readonly Rule[], options: MatcherOptions = {}): CompiledMatcher {
  const context: ConditionContext = {
    operators: createOperatorTable(options),
    ...(options.conditions === undefined ? {} : { conditions: options.conditions }),
  };
  const faults: MatcherFault[] = [];
  const compiled: CompiledRule[] = [];
  for (const rule of rules) {
    const result = compileRule(rule, context);
    if ('faults' in result) faults.push(...result.faults);
    else compiled.push(result);
  }
  return { matcher: createMatcher(compiled, options), faults };
}

function compileRule(
  rule: Rule,
  context: ConditionContext,
): CompiledRule | { readonly faults: MatcherFault[] } {
  const faults: MatcherFault[] = [];
  const compileAt = (tree: unknown, at: string): Predicate | undefined => {
    const result = compileCondition(tree, context);
    if (result.ok) return result.value;
    for (const fault of result.failure)
      faults.push({ ...fault, ruleId: rule.id, path: `$.${at}${fault.path.slice(1)}` });
    return undefined;
  };
  const matches = compileAt(rule.conditions, 'conditions');
  const exceptions = rule.exceptions.flatMap((exception, index) => {
    const excludes = compileAt(exception.conditions, `exceptions[${index}].conditions`);
    return excludes === undefined
      ? []
      : [{ excludes, expiresAtMs: exception.expiresAtMs ?? Number.POSITIVE_INFINITY }];
  });
  if (matches === undefined || faults.length > 0) return { faults };
  const sources = rule.sources === undefined ? undefined : new Set(rule.sources);
  return {
    id: rule.id,
    sources,
    matches,
    exceptions,
    readGroup: compileGroup(rule.groupBy, rule.missingGroup),
  };
}

const noMatches: readonly Match[] = Object.freeze([]);

/** Tries each rule of the event's source. An index over necessary conditions will take the place of this loop. */
function createMatcher(rules: readonly CompiledRule[], events: MatcherEvents): Matcher {
  const bySource = new Map<string, readonly CompiledRule[]>();
  for (const source of new Set(rules.flatMap((rule) => [...(rule.sources ?? [])])))
    bySource.set(
      source,
      rules.filter((rule) => rule.sources?.has(source) ?? true),
    );
  const ofAnySource = rules.filter((rule) => rule.sources === undefined);
  return {
    match: (event) => {
      let matches: Match[] | undefined;
      for (const rule of bySource.get(event.source) ?? ofAnySource) {
        const match = tryRule(rule, event, events);
        if (match === undefined) continue;
        matches ??= [];
        matches.push(match);
      }
      return matches ?? noMatches;
    },
  };
}

function tryRule(rule: CompiledRule, event: LogEvent, events: MatcherEvents): Match | undefined {
  try {
    if (!rule.matches(event.fields)) return undefined;
    if (rule.exceptions.length > 0 && isExcluded(rule, event, events)) return undefined;
    const group = rule.readGroup(event.fields);
    if (group === null) {
      events.onMissingGroup?.(rule.id);
      return undefined;
    }
    return { ruleId: rule.id, group, event };
  } catch (error) {
    events.onError?.(rule.id, error);
    return undefined;
  }
}

/** An exception holds for events before its expiry; one that throws excludes nothing, since an alert too many is the lesser harm. */
function isExcluded(rule: CompiledRule, event: LogEvent, events: MatcherEvents): boolean {
  for (const { excludes, expiresAtMs } of rule.exceptions) {
    if (event.timeMs >= expiresAtMs) continue;
    try {
      if (excludes(event.fields)) return true;
    } catch (error) {
      events.onError?.(rule.id, error);
    }
  }
  return false;
}
