import { isSigmaConditions, type SigmaCondition } from '../detect/sigma/sigma-rule.ts';
import { didYouMean } from '../shared/did-you-mean.ts';
import type { Rule } from '../shared/model/rule.ts';
import { joinPath, type RuleFault } from './rule-fault.ts';
import { readRuleText } from './rule-files.ts';
import { linesOfPlaces, placeInFile } from './rule-place.ts';
import type { LoadedRule } from './rule-read.ts';
import { windowRemarks } from './window-remarks.ts';

/** Something in a rule that loads and is hardly meant. */
type Remark = Omit<RuleFault, 'hint'>;

type Json = Readonly<Record<string, unknown>>;

const orders: ReadonlySet<string> = new Set([
  ...['lessThan', 'lessThanInclusive', 'greaterThan', 'greaterThanInclusive'],
]);

/**
 * Windows that never fire, comparisons of a JSON rule that json-rules-engine takes and that say something else than people
 * mean, and selections of Sigma that nothing asks for: no faults, for such rules mean just that.
 */
export function remarksOn(rules: readonly LoadedRule[]): readonly Remark[] {
  const remarks: Remark[] = [];
  for (const { rule } of rules) {
    const { file, path: origin } = rule.origin;
    for (const { at, message } of windowRemarks(rule))
      remarks.push({
        file,
        path: placeInFile(rule, at),
        message,
        ruleId: rule.id,
      });
    for (const name of unusedSelections(rule))
      remarks.push({
        file,
        path: placeInFile(rule, joinPath('detection', [name])),
        message: 'is not in the condition, and changes nothing',
        ruleId: rule.id,
      });
    walk(rule.conditions, `${origin}.conditions`, (path, message) =>
      remarks.push({ file, path, message, ruleId: rule.id }),
    );
  }
  return [...Map.groupBy(remarks, ({ file }) => file)].flatMap(([file, ofFile]) => withLines(file, ofFile));
}

/** Selections of a rule in Sigma that its condition does not name: one was forgotten, or is called otherwise. */
function unusedSelections({ conditions }: Rule): readonly string[] {
  if (!isSigmaConditions(conditions)) return [];
  return conditions.sigma.flatMap(({ detection: { condition, selections } }) => {
    const used = new Set(selectionsOf(condition));
    return Object.keys(selections).filter((name) => !used.has(name));
  });
}

function selectionsOf(condition: SigmaCondition): readonly string[] {
  switch (condition.kind) {
    case 'selection':
      return [condition.name];
    case 'of':
      return condition.names;
    case 'not':
      return selectionsOf(condition.child);
    default:
      return condition.children.flatMap(selectionsOf);
  }
}

function withLines(file: string, remarks: readonly Remark[]): readonly Remark[] {
  const text = readRuleText(file);
  if (!text.ok) return remarks;
  const lines = linesOfPlaces(
    { file, text: text.value },
    remarks.map(({ path }) => path),
  );
  return remarks.map((remark) => ({ ...remark, line: lines.get(remark.path) ?? 1 }));
}

/** Conditions were checked when the rule was read: they are no deeper than that allows. Sigma's are of another kind. */
function walk(node: unknown, path: string, remark: (path: string, message: string) => void): void {
  if (!isObject(node)) return;
  for (const group of ['all', 'any'])
    if (Array.isArray(node[group]))
      for (const [index, child] of node[group].entries()) walk(child, `${path}.${group}[${index}]`, remark);
  walk(node['not'], `${path}.not`, remark);
  if (typeof node['operator'] !== 'string') return;
  const message = strange(node['operator'], node['value']);
  if (message !== undefined) remark(`${path}.value`, message);
  for (const [key, meant] of misspelt(node))
    remark(
      joinPath(path, [key]),
      `changes nothing: a comparison has no such member (did you mean "${meant}"?)`,
    );
}

const comparisonMembers = ['fact', 'operator', 'value', 'path', 'params', 'priority', 'name'];

/** json-rules-engine passes over members that it does not know, so rules carry notes in them; these are hardly notes. */
const misspelt = (comparison: Json): readonly (readonly [string, string])[] =>
  Object.keys(comparison)
    .filter((key) => !comparisonMembers.includes(key))
    .flatMap((key) => {
      const meant = didYouMean(key, comparisonMembers);
      return meant === undefined ? [] : [[key, meant] as const];
    });

function strange(written: string, value: unknown): string | undefined {
  const [operator = '', ...decorators] = written.split(':').reverse();
  if (decorators.some((name) => !['not', 'ignoreCase'].includes(name))) return undefined;
  const isFact = isObject(value) && Object.hasOwn(value, 'fact');
  if (isFact) return undefined;
  if ((operator === 'in' || operator === 'notIn') && typeof value === 'string')
    return `looks for the field within this text; one value of a list is written [${JSON.stringify(value)}]`;
  if (/^(?:equal|notEqual)$/.test(operator) && typeof value === 'object' && value !== null)
    return `no field is equal to ${Array.isArray(value) ? 'an array: for one of several values there is "in"' : 'an object'}`;
  if (orders.has(operator) && Number.isNaN(Number(value)))
    return `orders numbers: no field is more or less than ${JSON.stringify(value)}`;
  return undefined;
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
