import { canonicalJson } from '../../shared/canonical-json.ts';
import type { Incident } from '../../shared/model/incident.ts';
import type { IncidentMatch } from '../../shared/model/incident-match.ts';
import { matchesIncident, type SourceOfTopic } from './incident-match.ts';

/** Whom to tell when nobody acknowledged an incident so long after it was first told. */
export interface EscalationStep {
  readonly afterMs: number;
  readonly receiver: string;
}

/** What a route says about how and when to tell; its children have it too where they say nothing else. */
interface RouteWays {
  readonly receiver?: string;
  /** Incidents with the same values of these are told together; `["..."]`: every incident by itself, the default. */
  readonly groupBy?: readonly string[];
  /** How long the first of a group waits for others. Default: not at all. Neither time is inherited out of groups. */
  readonly groupWaitMs?: number;
  /** What comes to a group within so long after it was told waits for the end of it. */
  readonly groupIntervalMs?: number;
  /** What still stands so long after it was told is told again. */
  readonly repeatIntervalMs?: number;
  /** Each repeat comes after twice as long as the one before, up to this. Left out: all after the same time. */
  readonly repeatIntervalMaxMs?: number;
  /** Names of time intervals within which, or outside of which, nothing is told. */
  readonly muteTimeIntervals?: readonly string[];
  readonly activeTimeIntervals?: readonly string[];
  /** In the order of their times. */
  readonly escalate?: readonly EscalationStep[];
}

/**
 * A node of the routing tree. An incident goes into the first nested route that matches, and into the following ones
 * while `continue` is true; where none matches, the node itself takes it.
 */
export interface Route extends RouteWays {
  readonly match?: IncidentMatch;
  readonly routes?: readonly Route[];
  readonly continue?: boolean;
}

/** A node with all that it has from those above it. */
export interface RouteNode {
  /** Where it stands in the configuration, for people: `routes.routes[0]`. */
  readonly place: string;
  /** What it is known by across changes of the configuration: the matches from the root on. */
  readonly key: string;
  readonly match: IncidentMatch;
  readonly continues: boolean;
  readonly children: readonly RouteNode[];
  readonly receiver: string | undefined;
  /** Null: every incident by itself. */
  readonly groupBy: readonly string[] | null;
  readonly groupWaitMs: number;
  readonly groupIntervalMs: number;
  /** Null: never. */
  readonly repeatIntervalMs: number | null;
  /** Null: repeats do not grow apart. */
  readonly repeatIntervalMaxMs: number | null;
  readonly mute: readonly string[];
  readonly active: readonly string[];
  readonly escalate: readonly EscalationStep[];
}

/** A receiver that an incident goes to, and the route by which it does. */
export interface RouteTaken {
  readonly receiver: string;
  readonly node: RouteNode;
}

const groupIntervalDefaultMs = 300_000;

/** The tree with everything inherited. */
export const compileRoutes = (root: Route): RouteNode => compiled(root, {}, { place: 'routes', key: '' });

/** The way to receivers that a rule names itself: at once, every incident by itself. */
export const ruleRoute: RouteNode = compiled({}, {}, { place: 'notify of the rule', key: 'notify' });

function compiled(route: Route, above: RouteWays, at: { place: string; key: string }): RouteNode {
  const { match = {}, routes = [], continue: continues = false, ...own } = route;
  const isAlone = groupsNothing({ ...above, ...own });
  const ways: RouteWays = {
    ...(isAlone && !groupsNothing(above) ? withoutGroupTimes(above) : above),
    ...own,
  };
  const { groupBy = ['...'] } = ways;
  const seen = new Map<string, number>();
  const children = routes.map((child, index) => {
    const text = canonicalJson(child.match ?? {});
    const nth = seen.get(text) ?? 0;
    seen.set(text, nth + 1);
    const key = `${at.key}/${text}${nth === 0 ? '' : `#${nth}`}`;
    return compiled(child, ways, { place: `${at.place}.routes[${index}]`, key });
  });
  return {
    ...at,
    match,
    continues,
    children,
    receiver: ways.receiver,
    groupBy: isAlone ? null : groupBy,
    groupWaitMs: ways.groupWaitMs ?? 0,
    groupIntervalMs: ways.groupIntervalMs ?? (isAlone ? 0 : groupIntervalDefaultMs),
    repeatIntervalMs: ways.repeatIntervalMs ?? null,
    repeatIntervalMaxMs: ways.repeatIntervalMaxMs ?? null,
    mute: ways.muteTimeIntervals ?? [],
    active: ways.activeTimeIntervals ?? [],
    escalate: ways.escalate ?? [],
  };
}

function groupsNothing({ groupBy = ['...'] }: RouteWays): boolean {
  return groupBy.includes('...');
}

/**
 * A route that takes its incidents out of the groups above it tells each at once: those wait for each other, and these have
 * nothing to wait for. In Alertmanager they wait all the same, which its users keep asking about (its issues 322, 1510, 1660).
 */
function withoutGroupTimes({ groupWaitMs: _, groupIntervalMs: __, ...ways }: RouteWays): RouteWays {
  return ways;
}

/** Who hears of an incident: the receivers of the routes, then those its rule names, each once, by the first way to it. */
export function routesTaken(
  incident: Incident,
  root: RouteNode | undefined,
  by: { readonly ruleNotify: readonly string[]; readonly sourceOf: SourceOfTopic },
): readonly RouteTaken[] {
  if (incident.shadow) return [];
  const taken: RouteTaken[] = [];
  const add = (receiver: string, node: RouteNode): void => {
    if (!taken.some((one) => one.receiver === receiver)) taken.push({ receiver, node });
  };
  for (const node of root === undefined ? [] : nodesTaken(incident, root, by.sourceOf))
    if (node.receiver !== undefined) add(node.receiver, node);
  for (const receiver of by.ruleNotify) add(receiver, ruleRoute);
  return taken;
}

/** The nodes that take an incident which has already entered this one, whether they name a receiver or not. */
export function nodesTaken(
  incident: Incident,
  node: RouteNode,
  sourceOf: SourceOfTopic,
): readonly RouteNode[] {
  const found: RouteNode[] = [];
  let isTaken = false;
  for (const child of node.children) {
    if (!matchesIncident(incident, child.match, sourceOf)) continue;
    found.push(...nodesTaken(incident, child, sourceOf));
    isTaken = true;
    if (!child.continues) break;
  }
  return isTaken ? found : [node];
}
