import type { Incident } from '../shared/model/incident.ts';
import { type Severity, severities } from '../shared/model/severity.ts';

type OneOrMany<T> = T | readonly T[];

/** What an incident must be for a route to take it: every member given must hold, one of several values suffices. */
interface RouteMatch {
  readonly severity?: OneOrMany<Severity>;
  /** This severity or a higher one. */
  readonly minSeverity?: Severity;
  /** Rule ids. */
  readonly rule?: OneOrMany<string>;
  /** One of these tags. */
  readonly tags?: OneOrMany<string>;
  /** Group field to value; values compare as text. */
  readonly group?: Readonly<Record<string, OneOrMany<string>>>;
}

/**
 * A node of the routing tree. An incident goes into the first nested route that matches, and into the following ones
 * while `continue` is true; where none matches, the node itself takes it. A route without `receiver` has its parent's.
 */
export interface Route {
  readonly receiver?: string;
  readonly match?: RouteMatch;
  readonly routes?: readonly Route[];
  readonly continue?: boolean;
  /** Accepted and not used yet: every incident is told of by a message of its own. */
  readonly groupBy?: readonly string[];
}

/** Names of the receivers that hear of an incident: those of the routes, then those its rule names, each once. */
export function route(incident: Incident, root: Route | undefined, ruleNotify: readonly string[]): string[] {
  if (incident.shadow) return [];
  const routed = root === undefined ? [] : receiversIn(incident, root, root.receiver);
  return [...new Set([...routed, ...ruleNotify])];
}

/** Receivers below a node that the incident has already entered. */
function receiversIn(incident: Incident, node: Route, inherited: string | undefined): readonly string[] {
  const found: string[] = [];
  let isTaken = false;
  for (const child of node.routes ?? []) {
    if (!matches(incident, child.match ?? {})) continue;
    found.push(...receiversIn(incident, child, child.receiver ?? inherited));
    isTaken = true;
    if (child.continue !== true) break;
  }
  if (isTaken || inherited === undefined) return found;
  return [inherited];
}

function matches(incident: Incident, match: RouteMatch): boolean {
  const { severity, minSeverity, rule, tags, group } = match;
  if (severity !== undefined && !many(severity).includes(incident.severity)) return false;
  if (minSeverity !== undefined && rank(incident.severity) < rank(minSeverity)) return false;
  if (rule !== undefined && !many(rule).includes(incident.rule.id)) return false;
  if (tags !== undefined && !many(tags).some((tag) => incident.tags.includes(tag))) return false;
  return Object.entries(group ?? {}).every(([field, wanted]) => {
    if (!Object.hasOwn(incident.group, field)) return false;
    const value = incident.group[field];
    return many(wanted).includes(typeof value === 'string' ? value : (JSON.stringify(value) ?? 'null'));
  });
}

const many = <T extends string>(value: OneOrMany<T>): readonly T[] =>
  typeof value === 'string' ? [value] : value;

const rank = (severity: Severity): number => severities.indexOf(severity);
