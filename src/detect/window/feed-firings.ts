import { compileField } from '../../shared/field-path.ts';
import type { Firing } from '../../shared/model/firing.ts';
import type { Group } from '../../shared/model/group.ts';
import type { Match } from '../../shared/model/match.ts';
import type { EventPosition } from '../../shared/model/position.ts';
import type { Rule } from '../../shared/model/rule.ts';
import { compileGroup } from '../group-key.ts';
import { fieldIn, inputsOf, windowFieldsOf } from '../rule-inputs.ts';
import { hash53 } from './value-text.ts';

/** A firing of a rule that others name. */
export interface HeardFiring {
  readonly group: Group;
  readonly firing: Firing;
}

/** Makes the match that a firing of one rule is for another; null where it lacks a field and that one leaves such out. */
export type MatchOfFiring = (heard: HeardFiring) => Match | null;

/**
 * What firings of `heard` are to `rule`, which names it: matches at the firing's time and position. The fields of such
 * a match are those of the firing's group.
 */
export function compileFeed(rule: Rule, heard: Rule): MatchOfFiring {
  const inputs = inputsOf(rule) ?? { rules: [] };
  const namedAs = (name: string): string => fieldIn(inputs, heard.id, name);
  const aliased = [...new Set([...rule.groupBy, ...windowFieldsOf(rule)])]
    .filter((name) => namedAs(name) !== name)
    .map((name) => ({ name, read: compileField(namedAs(name)) }));
  const readGroup = compileGroup(rule.groupBy, rule.missingGroup);
  const places = [inputs.rules.indexOf(heard.id)];
  const source = `(rule ${heard.id})`;
  return ({ group, firing }) => {
    const fields: Record<string, unknown> = { ...group.values };
    for (const { name, read } of aliased) define(fields, name, read(group.values));
    const own = readGroup(fields);
    if (own === null) return null;
    const position = firing.position ?? deadlinePosition(source, group.key);
    const event = {
      fields,
      timeMs: firing.timeMs,
      timeOrigin: 'field' as const,
      source,
      position,
      weight: 1,
    };
    return { ruleId: rule.id, group: own, event, inputs: places };
  };
}

/** An own property whatever its name. */
function define(fields: Record<string, unknown>, name: string, value: unknown): void {
  Object.defineProperty(fields, name, { value, enumerable: true, configurable: true, writable: true });
}

/**
 * A deadline fires at no event. Its match needs a place in the order all the same, another one in each group, and before
 * the events of its time, which the deadline did not see: a parenthesis sorts before all that a topic's name may have.
 */
const deadlinePosition = (topic: string, groupKey: string): EventPosition => ({
  topic,
  partition: 0,
  offset: hash53(groupKey, 1),
  index: 0,
});

/** Whether a firing's position is that of a deadline of another rule: a place of its own, in no stored event. */
export const isAtDeadline = ({ topic }: EventPosition): boolean => topic.startsWith('(');
