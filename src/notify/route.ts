import type { Incident } from '../shared/model/incident.ts';
import type { IncidentMatch } from '../shared/model/incident-match.ts';
import { matchesIncident } from './incident-match.ts';

/**
 * A node of the routing tree. An incident goes into the first nested route that matches, and into the following ones
 * while `continue` is true; where none matches, the node itself takes it. A route without `receiver` has its parent's.
 */
export interface Route {
  readonly receiver?: string;
  readonly match?: IncidentMatch;
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
    if (!matchesIncident(incident, child.match ?? {}, () => undefined)) continue;
    found.push(...receiversIn(incident, child, child.receiver ?? inherited));
    isTaken = true;
    if (child.continue !== true) break;
  }
  if (isTaken || inherited === undefined) return found;
  return [inherited];
}
