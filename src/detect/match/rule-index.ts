import type { EventFields } from '../../shared/model/log-event.ts';
import type { ExactRequirement, Requirements } from './exact-requirement.ts';

/** Something with requirements: a rule. */
export interface Indexable {
  readonly requirements: Requirements;
}

/** The rules an event could match: those of one value of one field. */
interface IndexedField<R> {
  readonly read: (fields: EventFields) => unknown;
  readonly byValue: ReadonlyMap<unknown, readonly R[]>;
}

/** Every rule stands in one place: below one field's values, or among those that are always tried. */
export interface RuleIndex<R> {
  readonly fields: readonly IndexedField<R>[];
  readonly always: readonly R[];
}

/**
 * Sorts rules by a value they need. The rules to try on an event are `always`, and for each field those below its value:
 * more than will match, never fewer.
 */
export function createRuleIndex<R extends Indexable>(rules: readonly R[]): RuleIndex<R> {
  const variety = countValues(rules);
  const fields = new Map<string, { read: IndexedField<R>['read']; byValue: Map<unknown, R[]> }>();
  const always: R[] = [];
  for (const rule of rules) {
    const chosen = choose(rule.requirements, variety);
    if (chosen === undefined) {
      always.push(rule);
      continue;
    }
    const field = fields.get(chosen.key) ?? { read: chosen.read, byValue: new Map<unknown, R[]>() };
    fields.set(chosen.key, field);
    for (const value of chosen.values) field.byValue.set(value, [...(field.byValue.get(value) ?? []), rule]);
  }
  return { fields: [...fields.values()], always };
}

/** How many different values the rules ask of each key. */
function countValues(rules: readonly Indexable[]): ReadonlyMap<string, number> {
  const values = new Map<string, Set<unknown>>();
  for (const { requirements } of rules)
    for (const [key, requirement] of requirements) {
      const seen = values.get(key) ?? new Set();
      for (const value of requirement.values) seen.add(value);
      values.set(key, seen);
    }
  return new Map([...values].map(([key, seen]) => [key, seen.size]));
}

/**
 * The requirement that lets through least: a field of which the rules know many values tells events apart, and so does
 * asking for few of them.
 */
function choose(
  requirements: Requirements,
  variety: ReadonlyMap<string, number>,
): ExactRequirement | undefined {
  const share = ({ key, values }: ExactRequirement): number => values.size / (1 + (variety.get(key) ?? 0));
  return [...requirements.values()].reduce<ExactRequirement | undefined>(
    (best, each) => (best === undefined || share(each) < share(best) ? each : best),
    undefined,
  );
}
