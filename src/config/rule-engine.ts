import type { RuleEvent } from '../shared/model/rule.ts';
import { type Severity, severities } from '../shared/model/severity.ts';
import type { RuleItem } from './rule-document.ts';
import { type EngineRule, engineRuleSchema } from './rule-schema.ts';

/**
 * The members of a tocsin rule that a json-rules-engine rule stands for: the id is its name, else its event's type;
 * title, severity, description and tags come from the event's params where they are there. Its priority orders only the
 * library's evaluation, which has no order here.
 */
export function fromEngineRule(rule: EngineRule): Readonly<Record<string, unknown>> {
  const type = rule.event?.type ?? 'unknown';
  const params = rule.event?.params ?? {};
  const id = String(rule.name ?? type);
  const { title, message, description, severity, tags } = params;
  return {
    id,
    title: firstText(title) ?? templateOf(title) ?? id,
    description: firstText(description, message) ?? '',
    conditions: rule.conditions,
    ...(isSeverity(severity) ? { severity } : {}),
    ...(Array.isArray(tags) && tags.every((tag) => typeof tag === 'string') ? { tags } : {}),
  };
}

/** A rule of the library has no id of its own, but a name or an event. */
export function isEngineRule(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Object.hasOwn(value, 'id')) return false;
  return Object.hasOwn(value, 'event') || Object.hasOwn(value, 'name');
}

/**
 * The library lets rules without a name share an event's type; ids are unique. Within a file the second such rule is
 * called `type#2`, the third `type#3`.
 */
export function nameEngineRules(items: readonly RuleItem[]): readonly RuleItem[] {
  const seen = new Map<string, number>();
  return items.map((item) => {
    const parsed = isEngineRule(item.value) ? engineRuleSchema.safeParse(item.value) : undefined;
    if (parsed?.success !== true || parsed.data.name !== undefined) return item;
    const type = parsed.data.event?.type ?? 'unknown';
    const nth = (seen.get(type) ?? 0) + 1;
    seen.set(type, nth);
    return nth === 1 ? item : { ...item, value: { ...parsed.data, name: `${type}#${nth}` } };
  });
}

/** What the rule emits, for those who want it as the library gives it. */
export function eventOfEngineRule({ event }: EngineRule): RuleEvent | undefined {
  if (event === undefined) return undefined;
  const { type, params } = event;
  return { type, ...(params === undefined ? {} : { params }) };
}

/** A title that is a field of the event, by name and perhaps a plain path into it, is that field's place in a template. */
function templateOf(title: unknown): string | undefined {
  if (typeof title !== 'object' || title === null || !('fact' in title)) return undefined;
  const { fact, path = '$' } = title as { fact: unknown; path?: unknown };
  const isPlain = typeof fact === 'string' && /^[^{}|\s]+$/.test(fact);
  const [, inner] = /^\$((?:\.[\w-]+)*)$/.exec(String(path)) ?? [];
  return isPlain && inner !== undefined ? `{{ ${fact}${inner} }}` : undefined;
}

const firstText = (...candidates: readonly unknown[]): string | undefined =>
  candidates.find((each): each is string => typeof each === 'string' && each !== '' && each.length <= 10_000);

function isSeverity(value: unknown): value is Severity {
  return severities.some((severity) => severity === value);
}
