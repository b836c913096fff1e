import { isAtDeadline } from '../detect/window/feed-firings.ts';
import type { SettledFiring } from '../engine/engine.ts';
import { isoTime } from '../shared/iso-time.ts';
import type { Incident } from '../shared/model/incident.ts';
import type { EventPosition } from '../shared/model/position.ts';
import type { ReplayedEvents } from './replayed-events.ts';
import { jsonLine, print, type Terminal } from './terminal.ts';

/** What a replay shows of each settlement, and at its end. */
export interface ReplayOutput {
  take(outcome: {
    readonly settled: readonly SettledFiring[];
    readonly changes: readonly { readonly incident: Incident }[];
  }): void;
  end(): void;
}

/** Prints each firing as it is settled. */
export function firingLines(terminal: Terminal, events: ReplayedEvents): ReplayOutput {
  return {
    take: ({ settled }) => {
      for (const each of settled.toSorted(byTime)) print(terminal, jsonLine(firingDocument(each, events)));
    },
    end: () => undefined,
  };
}

function firingDocument(
  { ruleId, group, firing }: SettledFiring,
  events: ReplayedEvents,
): Readonly<Record<string, unknown>> {
  return {
    rule: ruleId,
    group: group.values,
    time: isoTime(firing.timeMs),
    ...(firing.position === null ? {} : placeOf(firing.position, events)),
    value: firing.value,
    from: isoTime(firing.fromMs),
    to: isoTime(firing.toMs),
  };
}

/** Where the match of a firing stands. */
function placeOf(position: EventPosition, events: ReplayedEvents): object {
  const { topic, partition, offset } = position;
  return isAtDeadline(position) ? { topic, partition, offset } : events.placeOf(position);
}

function byTime(a: SettledFiring, b: SettledFiring): number {
  const order = a.firing.timeMs - b.firing.timeMs;
  if (order !== 0) return order;
  const [left, right] = [a.firing.position, b.firing.position];
  return (left?.partition ?? 0) - (right?.partition ?? 0) || (left?.offset ?? 0) - (right?.offset ?? 0);
}

/** Prints every incident once, at the end, as it stands then, in the order of opening. */
export function incidentLines(terminal: Terminal): ReplayOutput {
  const incidents = new Map<string, Incident>();
  return {
    take: ({ changes }) => {
      for (const { incident } of changes) incidents.set(incident.id, incident);
    },
    end: () => {
      for (const incident of incidents.values()) print(terminal, jsonLine(incident));
    },
  };
}
