import { hash53 } from '../../src/detect/window/value-text.ts';
import type { Firing } from '../../src/shared/model/firing.ts';
import type { LogEvent } from '../../src/shared/model/log-event.ts';
import type { Match } from '../../src/shared/model/match.ts';
import { comparePositions } from '../../src/shared/model/position.ts';

// What the references of rules over rules have in common: firings by group, and the events that firings are to others.

/** By `rule|group`. */
export type Firings = Record<string, readonly Firing[]>;

export const named = (ruleId: string, key: string): string => `${ruleId}|${key}`;

export const groupOf = (groupBy: readonly string[], fields: LogEvent['fields']): Match['group'] => ({
  key: JSON.stringify(groupBy.map((name) => fields[name])),
  values: Object.fromEntries(groupBy.map((name) => [name, fields[name]])),
});

export const inOrder = (a: LogEvent, b: LogEvent): number =>
  a.timeMs - b.timeMs || comparePositions(a.position, b.position);

/** The firings of a rule as the events they are to others; those of one event are one. */
export function asEvents(firings: Firings, ruleId: string, groupBy: readonly string[]): LogEvent[] {
  return Object.entries(firings)
    .filter(([name]) => name.startsWith(`${ruleId}|`))
    .flatMap(([name, each]) => {
      const key = name.slice(ruleId.length + 1);
      const values: readonly unknown[] = JSON.parse(key);
      const fields = Object.fromEntries(groupBy.map((field, at) => [field, values[at]]));
      const topic = `(rule ${ruleId})`;
      const deadline = { topic, partition: 0, offset: hash53(key, 1), index: 0 };
      return each.map(({ timeMs, position }) => ({
        fields,
        timeMs,
        timeOrigin: 'field' as const,
        source: topic,
        position: position ?? deadline,
        weight: 1,
      }));
    });
}

/** The events of several rules, by their places: those of one place are one, which says in `inputs` of which rules it is. */
export function joined(lists: readonly (readonly LogEvent[])[]): readonly LogEvent[] {
  const together = new Map<string, LogEvent>();
  for (const [input, events] of lists.entries())
    for (const event of events) {
      const name = JSON.stringify([event.timeMs, event.position]);
      const inputs = [...((together.get(name)?.fields['inputs'] as number[] | undefined) ?? []), input];
      together.set(name, { ...event, fields: { ...event.fields, inputs } });
    }
  return [...together.values()];
}
