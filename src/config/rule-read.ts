import { compileCondition } from '../detect/match/compile-condition.ts';
import type { ConditionContext } from '../detect/match/parse-condition.ts';
import { checkRuleEvent } from '../detect/match/rule-event.ts';
import type { Rule, RuleEvent } from '../shared/model/rule.ts';
import type { WindowSpec } from '../shared/model/window-spec.ts';
import { fail, ok, type Result } from '../shared/result.ts';
import type { RuleItem } from './rule-document.ts';
import { eventOfEngineRule, fromEngineRule, isEngineRule } from './rule-engine.ts';
import { describeIssues, type FaultPlace, type LocalFault } from './rule-fault.ts';
import { hashRule } from './rule-hash.ts';
import { inlineConditions } from './rule-inline.ts';
import { knownMembers } from './rule-json-schema.ts';
import { engineRuleSchema, ruleSchema, type WrittenRule } from './rule-schema.ts';
import type { RuleTest } from './rule-tests.ts';
import { defined } from './rule-window-parts.ts';

/** A rule and its own tests. */
export interface LoadedRule {
  readonly rule: Rule;
  readonly tests: readonly RuleTest[];
}

/** Validates one rule of a file, whole: every fault it has, at its path within the file. */
export function readRule(
  item: RuleItem,
  file: string,
  context: ConditionContext,
): Result<LoadedRule, readonly LocalFault[]> {
  const place: FaultPlace = { value: item.value, base: item.path, knownMembers };
  const parsed = validate(item.value, place);
  const faults: LocalFault[] = parsed.ok ? [] : [...parsed.failure];
  // Conditions are checked even where other members are wrong: all faults come at once.
  faults.push(...conditionFaults(item, context), ...inputFaults(item), ...eventFaults(item));
  const ruleId = idOf(item.value);
  if (!parsed.ok || faults.length > 0)
    return fail(ruleId === undefined ? faults : faults.map((fault) => ({ ...fault, ruleId })));
  const origin = { file, path: item.path };
  const event = eventOf(item.value);
  const rule = { ...toRule(parsed.value, context), origin, ...(event === undefined ? {} : { event }) };
  return ok({ rule, tests: parsed.value.tests });
}

function validate(value: unknown, place: FaultPlace): Result<WrittenRule, readonly LocalFault[]> {
  if (!isEngineRule(value)) return parseAs(value, place);
  const raw = engineRuleSchema.safeParse(value);
  return raw.success
    ? parseAs(fromEngineRule(raw.data), place)
    : fail(describeIssues(raw.error.issues, place));
}

function parseAs(value: unknown, place: FaultPlace): Result<WrittenRule, readonly LocalFault[]> {
  const parsed = ruleSchema.safeParse(value);
  return parsed.success ? ok(parsed.data) : fail(describeIssues(parsed.error.issues, place));
}

/** What a rule of json-rules-engine emits, once it is known to be one without faults. */
function eventOf(value: unknown): RuleEvent | undefined {
  const raw = isEngineRule(value) ? engineRuleSchema.safeParse(value) : undefined;
  return raw?.success === true ? eventOfEngineRule(raw.data) : undefined;
}

/** The params of its event may name facts. */
function eventFaults({ value, path }: RuleItem): LocalFault[] {
  const event = eventOf(value);
  return event === undefined
    ? []
    : checkRuleEvent(event).map((fault) => ({ ...fault, path: `${path}${fault.path.slice(1)}` }));
}

/** A rule has conditions, or its window names rules that have. */
function inputFaults({ value, path }: RuleItem): LocalFault[] {
  const window = member(value, 'window');
  const has = (key: string): boolean => member(value, key) !== undefined;
  if (!namesRules(window)) {
    const missing = has('conditions') ? [] : [{ path: `${path}.conditions`, message: 'is missing' }];
    if (member(window, 'aliases') === undefined) return missing;
    const message = 'says what fields are called in rules, and the window names none';
    return [...missing, { path: `${path}.window.aliases`, message }];
  }
  return ['conditions', 'sources', 'exceptions']
    .filter(has)
    .map((key) => ({ path: `${path}.${key}`, message: 'belongs to the rules that the window names' }));
}

function namesRules(window: unknown): boolean {
  const type = member(window, 'type');
  return member(window, 'rules') !== undefined || type === 'temporal' || type === 'temporal_ordered';
}

function conditionFaults(item: RuleItem, context: ConditionContext): LocalFault[] {
  const trees = [{ tree: member(item.value, 'conditions'), at: `${item.path}.conditions` }];
  const exceptions = member(item.value, 'exceptions');
  if (Array.isArray(exceptions))
    for (const [index, each] of exceptions.entries())
      trees.push({ tree: member(each, 'conditions'), at: `${item.path}.exceptions[${index}].conditions` });
  const numerator = member(member(item.value, 'window'), 'numerator');
  // A list of rules, which the schema judges.
  if (!Array.isArray(numerator)) trees.push({ tree: numerator, at: `${item.path}.window.numerator` });
  return trees.flatMap(({ tree, at }) => {
    // What is missing is reported elsewhere.
    const result = tree === undefined ? undefined : compileCondition(tree, context);
    if (result === undefined || result.ok) return [];
    return result.failure.map((fault) => ({ ...fault, path: `${at}${fault.path.slice(1)}` }));
  });
}

/** The model's rule: named conditions put in the place of references, the hash taken. */
export function toRule(
  written: WrittenRule,
  context: Pick<ConditionContext, 'conditions'>,
): Omit<Rule, 'origin'> {
  const named = context.conditions ?? {};
  const { $schema: _, tests: __, dedup: dedupMs, title, ...rest } = written;
  const exceptions = written.exceptions.map((each) => ({
    ...each,
    conditions: inlineConditions(each.conditions, named),
  }));
  const conditions = inlineConditions(written.conditions ?? null, named);
  const window = inlineNumerator(written.window, named);
  const rule = defined({
    ...rest,
    title: title ?? written.id,
    dedupMs,
    conditions,
    exceptions,
    ...(window === undefined ? {} : { window }),
  });
  return { ...rule, hash: hashRule(rule) };
}

/** A ratio has conditions of its own, which may refer to named ones as well. */
function inlineNumerator(
  window: WindowSpec | undefined,
  named: Readonly<Record<string, unknown>>,
): WindowSpec | undefined {
  return window?.type === 'ratio' && window.rules === undefined
    ? { ...window, numerator: inlineConditions(window.numerator, named) }
    : window;
}

function idOf(value: unknown): string | undefined {
  const id = member(value, 'id') ?? member(value, 'name');
  return typeof id === 'string' ? id : undefined;
}

function member(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[key];
}
