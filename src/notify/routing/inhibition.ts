import type { Incident } from '../../shared/model/incident.ts';
import type { IncidentMatch } from '../../shared/model/incident-match.ts';
import { groupText, matchesIncident, type SourceOfTopic } from './incident-match.ts';

/**
 * Nobody is told of incidents like `target` while one like `source` stands that has the same values of `equal`
 * (Alertmanager's `inhibit_rules`): of failed logins of an account, say, while its takeover is open.
 */
export interface InhibitRule {
  /** For the reason that people read. */
  readonly name?: string;
  readonly source: IncidentMatch;
  readonly target: IncidentMatch;
  /** Fields of the group, or `rule` and `severity`. A field that both lack is equal. */
  readonly equal: readonly string[];
}

/** Why an incident is not told: a rule, and the incident that stands in its way. */
export interface Inhibited {
  readonly rule: string;
  readonly by: string;
}

interface Sources {
  readonly rule: InhibitRule;
  readonly name: string;
  /** Ids of the sources that stand, by the text of what must be equal. */
  readonly byEqual: Map<string, Set<string>>;
  /** Source to its place in `byEqual`. The oldest entry comes first. */
  readonly placeOf: Map<string, string>;
}

/** Incidents remembered as sources of one rule; past it the one that was there longest inhibits no more. */
const sourcesMax = 100_000;

/**
 * Knows which incidents stand that inhibit others. Tell it of every change, and of those that stand at the start.
 * An incident that is source and target of a rule is not inhibited by another such one, nor by itself.
 */
export class Inhibitions {
  readonly #rules: readonly Sources[];
  readonly #sourceOf: SourceOfTopic;
  #forgotten = 0;

  constructor(rules: readonly InhibitRule[], sourceOf: SourceOfTopic) {
    this.#sourceOf = sourceOf;
    this.#rules = rules.map((rule, index) => ({
      rule,
      name: rule.name ?? `inhibitRules[${index}]`,
      byEqual: new Map(),
      placeOf: new Map(),
    }));
  }

  /** An incident as it is now. */
  observe(incident: Incident): void {
    const stands = incident.status === 'open' || incident.status === 'acknowledged';
    for (const sources of this.#rules) {
      remove(sources, incident.id);
      if (!stands || incident.shadow || !matchesIncident(incident, sources.rule.source, this.#sourceOf))
        continue;
      this.#forgotten += add(sources, incident) ? 1 : 0;
    }
  }

  /** How many inhibit no more though they stand, for there are too many; since the last call. */
  takeForgotten(): number {
    const forgotten = this.#forgotten;
    this.#forgotten = 0;
    return forgotten;
  }

  /** What keeps this incident from being told; undefined where nothing does. */
  inhibitedBy(incident: Incident): Inhibited | undefined {
    for (const { rule, name, byEqual } of this.#rules) {
      if (byEqual.size === 0 || !matchesIncident(incident, rule.target, this.#sourceOf)) continue;
      // An incident that matches both sides could inhibit, and be inhibited by, its like: both would be silent.
      if (matchesIncident(incident, rule.source, this.#sourceOf)) continue;
      const by = byEqual.get(equalText(incident, rule.equal))?.keys().next().value;
      if (by !== undefined) return { rule: name, by };
    }
    return undefined;
  }
}

/** Says whether another had to leave. */
function add(sources: Sources, incident: Incident): boolean {
  const { rule, byEqual, placeOf } = sources;
  const place = equalText(incident, rule.equal);
  const there = byEqual.get(place) ?? new Set<string>();
  byEqual.set(place, there);
  there.add(incident.id);
  placeOf.set(incident.id, place);
  const [oldest] = placeOf.keys();
  const isFull = placeOf.size > sourcesMax && oldest !== undefined;
  if (isFull) remove(sources, oldest);
  return isFull;
}

function remove({ byEqual, placeOf }: Sources, id: string): void {
  const place = placeOf.get(id);
  if (place === undefined) return;
  placeOf.delete(id);
  const there = byEqual.get(place);
  there?.delete(id);
  if (there?.size === 0) byEqual.delete(place);
}

/** JSON, so that no value can look like two. */
const equalText = (incident: Incident, equal: readonly string[]): string =>
  JSON.stringify(equal.map((field) => equalValue(incident, field)));

function equalValue(incident: Incident, field: string): string | null {
  if (field === 'rule') return incident.rule.id;
  if (field === 'severity') return incident.severity;
  return groupText(incident, field) ?? null;
}
