import type { RuleEvent } from '../../shared/model/rule.ts';
import type { ConditionFault } from './condition-node.ts';
import { parseFact } from './fact-operand.ts';
import type { FactAccess, FactParams } from './own-facts/own-fact.ts';

/** A param that names a fact, as json-rules-engine writes it. */
interface FactReference {
  readonly fact: string;
  readonly params?: FactParams;
  readonly path?: string;
}

/**
 * What json-rules-engine emits where a rule fires, with its option `replaceFactsInEventParams`: each param that is
 * `{fact, params, path}` is that fact's value; whatever stands deeper stays as it is. The rule's own event is not changed.
 * Rejects with what a fact of the user's own throws.
 */
export async function fillRuleEvent(event: RuleEvent, almanac: FactAccess): Promise<RuleEvent> {
  const { type, params } = event;
  if (params === undefined) return { type };
  const filled = Object.entries(params).map(async ([name, value]): Promise<[string, unknown]> => {
    if (!isReference(value)) return [name, value];
    return [name, await almanac.factValue(value.fact, value.params, value.path)];
  });
  return { type, params: Object.fromEntries(await Promise.all(filled)) };
}

/** What is wrong with the facts that the params of an event name; paths are within the rule. */
export function checkRuleEvent({ params = {} }: RuleEvent): readonly ConditionFault[] {
  return Object.entries(params).flatMap(([name, value]) => {
    if (!isReference(value)) return [];
    const parsed = parseFact({ ...value });
    if (parsed.ok) return [];
    const { member, message } = parsed.failure;
    return [{ path: `$.event.params.${name}.${member}`, message }];
  });
}

function isReference(value: unknown): value is FactReference {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, 'fact');
}
