import { findJsonFault } from './json-fault.ts';
import { describeIssues, type LocalFault } from './rule-fault.ts';
import { ruleCollectionSchema } from './rule-schema.ts';

/** One rule of a file, not yet validated. */
export interface RuleItem {
  /** `$` or `$[3]`. */
  readonly path: string;
  readonly value: unknown;
}

/** A rule file taken apart. */
export interface RuleDocument {
  readonly items: readonly RuleItem[];
  readonly namedConditions: Readonly<Record<string, unknown>>;
  readonly faults: readonly (LocalFault & { readonly line?: number })[];
}

/** Deeper JSON is refused before anything walks it by recursion. */
const depthMax = 200;

const nothing: RuleDocument = { items: [], namedConditions: {}, faults: [] };

/** A JSON rule file: one rule, an array of rules, or `{"namedConditions": {...}, "rules": [...]}`. */
export function readRuleDocument(text: string): RuleDocument {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { ...nothing, faults: [syntaxFault(text, error)] };
  }
  if (isDeeperThan(value, depthMax))
    return { ...nothing, faults: [{ path: '$', message: `is nested deeper than ${depthMax} levels` }] };
  if (Array.isArray(value)) return { ...nothing, items: itemsOf(value, '$') };
  if (typeof value !== 'object' || value === null)
    return {
      ...nothing,
      faults: [{ path: '$', message: 'must be a rule (an object) or an array of rules' }],
    };
  return Object.hasOwn(value, 'namedConditions')
    ? readCollection(value)
    : { ...nothing, items: [{ path: '$', value }] };
}

function readCollection(value: object): RuleDocument {
  const parsed = ruleCollectionSchema.safeParse(value);
  if (parsed.success) {
    const { namedConditions, rules } = parsed.data;
    return { namedConditions, items: itemsOf(rules, '$.rules'), faults: [] };
  }
  const knownMembers = (): readonly string[] => Object.keys(ruleCollectionSchema.shape);
  return { ...nothing, faults: describeIssues(parsed.error.issues, { value, base: '$', knownMembers }) };
}

const itemsOf = (values: readonly unknown[], base: string): RuleItem[] =>
  values.map((value, index) => ({ path: `${base}[${index}]`, value }));

function syntaxFault(text: string, error: unknown): LocalFault & { readonly line?: number } {
  const message = error instanceof Error ? error.message : String(error);
  return { path: '$', line: findJsonFault(text)?.line ?? 1, message: `is not JSON: ${message}` };
}

/** Without recursion, so that the answer itself cannot exhaust the stack. */
function isDeeperThan(value: unknown, most: number): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > most) return true;
    level = level.flatMap((each) => (typeof each === 'object' && each !== null ? Object.values(each) : []));
  }
  return false;
}
