import { formatDuration } from '../../shared/duration.ts';
import type { Incident } from '../../shared/model/incident.ts';
import type { WithheldReason } from '../../shared/model/notice.ts';
import { channelsOf } from '../receiver.ts';
import type { Routing } from '../telling/telling-desk.ts';
import { groupValues } from './group-values.ts';
import { matchesIncident } from './incident-match.ts';
import { nodesTaken, type RouteNode, routesTaken } from './route.ts';
import type { Suppression, Suppressions } from './suppressions.ts';

/** A node of the tree that was looked at, and what came of it. */
export interface RouteLookedAt {
  readonly place: string;
  readonly matches: boolean;
  /** It takes the incident itself: none of its children does. */
  readonly takes: boolean;
}

/** Somebody who would hear of an incident, how, and whether at once. */
export interface ReceiverExplained {
  readonly receiver: string;
  readonly route: string;
  readonly channels: readonly string[];
  /** What is told together with it; null: it alone. */
  readonly group: Readonly<Record<string, string>> | null;
  readonly groupWaitMs: number;
  readonly groupIntervalMs: number;
  readonly repeatIntervalMs: number | null;
  readonly repeatIntervalMaxMs: number | null;
  readonly escalate: readonly { readonly afterMs: number; readonly receiver: string }[];
  /** Why it is not told at that time, as far as the configuration says; null: it is told. */
  readonly withheld: { readonly reason: WithheldReason; readonly detail: string } | null;
}

export interface RoutesExplained {
  readonly lookedAt: readonly RouteLookedAt[];
  readonly receivers: readonly ReceiverExplained[];
}

/** Who would hear of an incident like this one at a time of the wall clock, and by which way. */
export function explainRoutes(
  incident: Incident,
  { routing, suppressions }: { readonly routing: Routing; readonly suppressions: Suppressions },
  nowMs: number,
): RoutesExplained {
  const { root, sourceOf, receivers } = routing;
  const ruleNotify = routing.notifyOf(incident.rule.id);
  const taken = routesTaken(incident, root, { ruleNotify, sourceOf });
  return {
    lookedAt: root === undefined || incident.shadow ? [] : lookedAt(incident, root, routing),
    receivers: taken.map(({ receiver, node }) => {
      const { groupBy, groupWaitMs, groupIntervalMs, repeatIntervalMs, repeatIntervalMaxMs, escalate } = node;
      const known = receivers.get(receiver);
      return {
        receiver,
        route: node.place,
        channels: known === undefined ? [] : channelsOf(known),
        group: groupBy === null ? null : groupValues(incident, groupBy, sourceOf),
        groupWaitMs,
        groupIntervalMs,
        repeatIntervalMs,
        repeatIntervalMaxMs,
        escalate,
        withheld:
          known === undefined
            ? { reason: 'unknown-receiver', detail: 'no such receiver is configured' }
            : asWithheld(suppressions.of(incident, node, nowMs)),
      };
    }),
  };
}

function asWithheld(suppression: Suppression | undefined): ReceiverExplained['withheld'] {
  if (suppression === undefined) return null;
  const { reason, detail } = suppression;
  return { reason, detail };
}

function lookedAt(incident: Incident, root: RouteNode, { sourceOf }: Routing): readonly RouteLookedAt[] {
  const takers = new Set(nodesTaken(incident, root, sourceOf));
  const visit = (node: RouteNode): readonly RouteLookedAt[] => {
    const found: RouteLookedAt[] = [{ place: node.place, matches: true, takes: takers.has(node) }];
    for (const child of node.children) {
      if (!matchesIncident(incident, child.match, sourceOf)) {
        found.push({ place: child.place, matches: false, takes: false });
        continue;
      }
      found.push(...visit(child));
      if (!child.continues) break;
    }
    return found;
  };
  return visit(root);
}

/** When a route tells, in words; of one that groups nothing the news of an incident come together, not incidents. */
export function timesInWords(
  ways: Pick<RouteNode, 'groupWaitMs' | 'groupIntervalMs' | 'repeatIntervalMs' | 'repeatIntervalMaxMs'>,
  isAlone: boolean,
): string {
  const { groupWaitMs, groupIntervalMs, repeatIntervalMs, repeatIntervalMaxMs } = ways;
  const first = groupWaitMs === 0 ? 'at once' : `${formatDuration(groupWaitMs)} after the first`;
  const what = isAlone ? 'more news of it' : 'what follows';
  const next = groupIntervalMs === 0 ? '' : `, ${what} within ${formatDuration(groupIntervalMs)} together`;
  const grows =
    repeatIntervalMaxMs === null
      ? ''
      : ` (twice that each time, up to ${formatDuration(repeatIntervalMaxMs)})`;
  const again =
    repeatIntervalMs === null
      ? ''
      : `, again every ${formatDuration(repeatIntervalMs)}${grows} while it stands`;
  return `${first}${next}${again}`;
}
