import { findJsonFault } from './json-fault.ts';
import { jsonHint } from './json-hint.ts';
import { describeIssues, type LocalFault } from './rule-fault.ts';
import { findTwice } from './rule-line.ts';
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
  return withoutTwice(text, documentOf(value));
}

/** A rule with a member that stands twice is not what it seems to be: it is refused. */
function withoutTwice(text: string, document: RuleDocument): RuleDocument {
  const twice = findTwice(text);
  if (twice.length === 0) return document;
  const faults = twice.map(({ path, line }) => ({ path, line, message: 'stands here a second time' }));
  const items = document.items.filter(
    (item) =>
      !twice.some(
        ({ path }) =>
          path === item.path || (/^[.[]/.test(path.slice(item.path.length)) && path.startsWith(item.path)),
      ),
  );
  return { ...document, items, faults: [...document.faults, ...faults] };
}

function documentOf(value: unknown): RuleDocument {
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
  if (text.trim() === '') return { path: '$', line: 1, message: 'is empty' };
  const found = findJsonFault(text);
  const said = error instanceof Error ? error.message : String(error);
  // V8 quotes the text around the place, which the line tells better.
  const what = said
    .replace(/, (?:\.\.\.)?".*"(?:\.\.\.)? is not valid JSON$/s, '')
    .replace(/ at position \d+(?: \(line \d+ column \d+\))?$/, '');
  const message = `is not JSON: ${what}`;
  const hint = found === undefined ? undefined : jsonHint(text, found);
  return { path: '$', line: found?.line ?? 1, message, ...(hint === undefined ? {} : { hint }) };
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
