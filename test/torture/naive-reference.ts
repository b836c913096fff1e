import { hash53 } from '../../src/detect/window/value-text.ts';
import type { Firing } from '../../src/shared/model/firing.ts';
import type { LogEvent } from '../../src/shared/model/log-event.ts';
import { comparePositions } from '../../src/shared/model/position.ts';
import { type ComparedFiring, type ComparedIncident, comparedFiring } from './compared.ts';
import { isWindowed, type TortureRule } from './torture-rule.ts';

/**
 * What must come of the events by docs/semantics.md read aloud: all events sorted, every window of every group computed
 * from scratch, firings put into episodes. A late event is none to a rule with a window. It shares no code with the product but the order of positions
 * and the hash that orders deadlines.
 */
export function naiveReference(
  rules: readonly TortureRule[],
  events: readonly LogEvent[],
  isLate: (event: LogEvent) => boolean = () => false,
): { readonly firings: readonly ComparedFiring[]; readonly incidents: readonly ComparedIncident[] } {
  const sorted = events.toSorted(inOrder);
  const inTime = sorted.filter((event) => !isLate(event));
  const lastMs = sorted.at(-1)?.timeMs ?? 0;
  const heard = new Map<string, readonly LogEvent[]>();
  const firings: ComparedFiring[] = [];
  const incidents: ComparedIncident[] = [];
  for (const rule of rules) {
    const seen = isWindowed(rule) ? inTime : sorted;
    const matches = matchesOf(rule, seen, heard);
    // Firings of deadlines may be later than all events.
    const span = {
      firstMs: matches[0]?.timeMs ?? 0,
      lastMs: Math.max(lastMs, matches.at(-1)?.timeMs ?? lastMs),
    };
    const own: LogEvent[] = [];
    for (const [key, group] of Map.groupBy(matches, ({ fields }) => groupKey(rule, fields))) {
      const fired = rule.firings(group, span);
      for (const firing of fired) {
        firings.push(comparedFiring(rule.id, key, firing));
        own.push(asEvent(rule, firing, key));
      }
      if (!rule.alert) continue;
      for (const episode of episodesOf(fired, rule.dedupMs))
        incidents.push(incidentOf(episode, { ruleId: rule.id, group: key }));
    }
    heard.set(rule.id, own.sort(inOrder));
  }
  return { firings, incidents };
}

const inOrder = (a: LogEvent, b: LogEvent): number =>
  a.timeMs - b.timeMs || comparePositions(a.position, b.position);

function matchesOf(
  { matches }: TortureRule,
  events: readonly LogEvent[],
  heard: ReadonlyMap<string, readonly LogEvent[]>,
): readonly LogEvent[] {
  if (typeof matches === 'function') return events.filter(({ fields }) => matches(fields));
  const { firingsOf, only = () => true, and } = matches;
  const firings = (heard.get(firingsOf) ?? []).filter(({ fields }) => only(fields));
  return and === undefined
    ? firings
    : [...firings, ...events.filter(({ fields }) => and(fields))].sort(inOrder);
}

/**
 * A firing is a match of the rules that name its rule: at its time and position, with the fields of its group. Where it has
 * no position, its match stands before the events of its time; of several groups they are in the order that semantics.md gives them.
 */
const asEvent = (rule: TortureRule, { timeMs, position }: Firing, key: string): LogEvent => ({
  fields: groupFields(rule, key),
  timeMs,
  timeOrigin: 'field',
  source: '',
  position: position ?? { topic: `(rule ${rule.id})`, partition: 0, offset: hash53(key, 1), index: 0 },
  weight: 1,
});

const groupFields = (rule: TortureRule, key: string): LogEvent['fields'] => {
  const values = JSON.parse(key) as readonly unknown[];
  return Object.fromEntries(rule.groupBy.map((field, at) => [field, values[at]]));
};

const groupKey = (rule: TortureRule, fields: LogEvent['fields']): string =>
  JSON.stringify(rule.groupBy.map((field) => fields[field] ?? null));

function episodesOf(firings: readonly Firing[], dedupMs: number): readonly (readonly Firing[])[] {
  const episodes: Firing[][] = [];
  for (const firing of firings) {
    const last = episodes.at(-1)?.at(-1);
    if (last !== undefined && firing.timeMs - last.timeMs < dedupMs) episodes.at(-1)!.push(firing);
    else episodes.push([firing]);
  }
  return episodes;
}

/** The first firing brings all its matches, each further one those that are new. */
function incidentOf(
  episode: readonly Firing[],
  of: { readonly ruleId: string; readonly group: string },
): ComparedIncident {
  const [first, ...rest] = episode;
  return {
    ...of,
    firstSeen: new Date(Math.min(...episode.map(({ firstMs }) => firstMs))).toISOString(),
    lastSeen: new Date(Math.max(...episode.map(({ lastMs }) => lastMs))).toISOString(),
    events: rest.reduce((sum, { fresh }) => sum + fresh, first?.matches ?? 0),
    firings: episode.length,
    peak: Math.max(...episode.map(({ value }) => value)),
  };
}
